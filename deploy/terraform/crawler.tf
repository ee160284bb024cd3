# Only for a tree of orders that something else than the job wrote, order-lake for example: it registers the partitions.
locals {
  crawlers = toset(var.create_lake && var.lake.crawler ? ["lake"] : [])
}

data "aws_iam_policy_document" "crawler" {
  for_each = local.crawlers

  statement {
    sid       = "Bucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [aws_s3_bucket.this["lake"].arn]
  }

  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.this["lake"].arn}/processed/orders/*"]
  }

  statement {
    sid = "Table"
    actions = [
      "glue:BatchCreatePartition", "glue:BatchGetPartition", "glue:BatchUpdatePartition", "glue:CreatePartition", "glue:GetDatabase",
      "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables", "glue:UpdatePartition", "glue:UpdateTable",
    ]
    resources = concat(local.catalog_arns, ["${local.glue_arn}:table/${local.database}/orders_registered"])
  }

  # Crawlers write to this group, whatever they are called.
  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for part in ["", ":*"] : "arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/aws-glue/crawlers${part}"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role" "crawler" {
  for_each           = local.crawlers
  name               = "${local.name}-crawler"
  assume_role_policy = data.aws_iam_policy_document.job_trust.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "crawler" {
  for_each = local.crawlers
  name     = "crawl"
  role     = aws_iam_role.crawler["lake"].id
  policy   = data.aws_iam_policy_document.crawler["lake"].json
}

resource "aws_glue_crawler" "this" {
  for_each      = local.crawlers
  name          = "${local.name}-orders"
  description   = "Registers the partitions of orders."
  database_name = aws_glue_catalog_database.this["lake"].name
  role          = aws_iam_role.crawler["lake"].arn
  schedule      = var.lake.schedule == "" ? null : var.lake.schedule
  tags          = local.tags
  depends_on    = [aws_iam_role_policy.crawler]

  catalog_target {
    database_name = aws_glue_catalog_database.this["lake"].name
    tables        = [aws_glue_catalog_table.parquet["orders_registered"].name]
  }

  # The table is defined here: the crawler adds partitions and changes nothing.
  schema_change_policy {
    update_behavior = "LOG"
    delete_behavior = "LOG"
  }

  configuration = jsonencode({
    Version       = 1.0
    CrawlerOutput = { Partitions = { AddOrUpdateBehavior = "InheritFromTable" } }
    Grouping      = { TableGroupingPolicy = "CombineCompatibleSchemas" }
  })
}
