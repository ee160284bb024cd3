resource "aws_athena_workgroup" "this" {
  for_each      = local.lakes
  name          = local.name
  description   = "Queries of the order lake."
  force_destroy = var.force_destroy
  tags          = local.tags

  configuration {
    # Nobody's own settings: not another place for results, no missing encryption, no larger scan.
    enforce_workgroup_configuration    = true
    publish_cloudwatch_metrics_enabled = true
    bytes_scanned_cutoff_per_query     = var.lake.scan_limit_gib * 1024 * 1024 * 1024

    engine_version {
      selected_engine_version = "Athena engine version 3"
    }

    result_configuration {
      output_location       = "${local.bucket_url}/query-results/"
      expected_bucket_owner = local.account

      encryption_configuration {
        encryption_option = var.kms_key_arn == null ? "SSE_S3" : "SSE_KMS"
        kms_key_arn       = var.kms_key_arn
      }
    }
  }
}

locals {
  queries = merge(
    { for file in fileset("${local.specification}/queries", "*.sql") : trimsuffix(file, ".sql") => file("${local.specification}/queries/${file}") },
    { audit = file("${local.specification}/athena/audit.sql") },
  )
}

resource "aws_athena_named_query" "this" {
  for_each    = var.create_lake ? local.queries : {}
  name        = each.key
  description = trimprefix(split("\n", each.value)[0], "-- ")
  database    = aws_glue_catalog_database.this["lake"].name
  workgroup   = aws_athena_workgroup.this["lake"].id
  # Athena asks for the value of a question mark.
  query = replace(each.value, "'$${country}'", "?")
}

# Lets somebody ask, in this workgroup and of these tables, and nothing else.
data "aws_iam_policy_document" "query" {
  for_each = local.lakes

  statement {
    sid = "Ask"
    actions = [
      "athena:BatchGetNamedQuery", "athena:BatchGetQueryExecution", "athena:GetNamedQuery", "athena:GetQueryExecution",
      "athena:GetQueryResults", "athena:GetQueryResultsStream", "athena:GetWorkGroup", "athena:ListNamedQueries",
      "athena:ListQueryExecutions", "athena:StartQueryExecution", "athena:StopQueryExecution",
    ]
    resources = [aws_athena_workgroup.this["lake"].arn]
  }

  statement {
    sid       = "Tables"
    actions   = ["glue:BatchGetPartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"]
    resources = concat(local.catalog_arns, ["${local.glue_arn}:table/${local.database}/*"])
  }

  statement {
    sid       = "Bucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.this["lake"].arn]
  }

  statement {
    sid     = "Read"
    actions = ["s3:GetObject"]
    resources = [for prefix in concat([for landing in local.landing : landing.fixed], ["raw/", "processed/", "query-results/"]) :
    "${aws_s3_bucket.this["lake"].arn}/${prefix}*"]
  }

  statement {
    sid       = "Results"
    actions   = ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"]
    resources = ["${aws_s3_bucket.this["lake"].arn}/query-results/*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "query" {
  for_each    = local.lakes
  name        = "${local.name}-query"
  description = "Lets somebody query the order lake in the workgroup ${local.name}."
  policy      = data.aws_iam_policy_document.query["lake"].json
  tags        = local.tags
}
