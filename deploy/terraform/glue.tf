# The transforms of order-lake as Glue jobs. What they compute is in the SQL texts; glue/transform.py only decides what is new.
locals {
  glue_arn     = "arn:${local.partition}:glue:${local.region}:${local.account}"
  catalog_arns = ["${local.glue_arn}:catalog", "${local.glue_arn}:database/${local.database}"]

  transforms = {
    history = {
      landing = local.landing.raw_orders.fixed
      writes  = ["raw/orders/", "raw/rejects/", "raw/_runs/history/", "processed/orders/", "processed/_runs/history/"]
      table   = "orders_registered"
      action  = "glue:BatchCreatePartition"
    }
    events = {
      landing = local.landing.raw_events.fixed
      writes  = ["raw/order_events/", "raw/event_rejects/", "raw/_runs/events/", "processed/order_state/"]
      table   = "order_state"
      action  = "glue:UpdateTable"
    }
  }
  # Hadoop marks folders with objects named after them, which it looks for before it writes.
  markers = { for name, transform in local.transforms : name => [for folder in concat(["raw/", "processed/"], transform.writes) :
  "${aws_s3_bucket.this["lake"].arn}/${trimsuffix(folder, "/")}_$folder$"] }
  jobs = { for name, transform in local.transforms : name => transform if var.create_lake && contains(var.lake.transforms, name) }

  scripts = merge(
    { "transform.py" = "${path.module}/glue/transform.py" },
    { for file in fileset("${local.specification}/spark", "*.sql") : "spark/${file}" => "${local.specification}/spark/${file}" },
  )
}

resource "aws_s3_object" "script" {
  for_each    = var.create_lake ? local.scripts : {}
  bucket      = aws_s3_bucket.this["lake"].id
  key         = "scripts/${each.key}"
  source      = each.value
  source_hash = filesha256(each.value)
  tags        = local.tags
}

resource "aws_cloudwatch_log_group" "job" {
  for_each          = toset([for pair in setproduct(keys(local.jobs), ["error", "output"]) : join("/", pair)])
  name              = "/${local.name}/lake-${each.key}"
  retention_in_days = var.retention.log_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

data "aws_iam_policy_document" "job_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["glue.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "job" {
  for_each = local.jobs

  statement {
    sid       = "Bucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket"]
    resources = [aws_s3_bucket.this["lake"].arn]
  }

  statement {
    sid     = "Read"
    actions = ["s3:GetObject"]
    resources = concat(
      [for prefix in concat([each.value.landing, "scripts/"], each.value.writes) : "${aws_s3_bucket.this["lake"].arn}/${prefix}*"],
      local.markers[each.key],
    )
  }

  statement {
    sid     = "Write"
    actions = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]
    resources = concat(
      [for prefix in each.value.writes : "${aws_s3_bucket.this["lake"].arn}/${prefix}*"],
      local.markers[each.key],
    )
  }

  statement {
    sid       = "Table"
    actions   = ["glue:GetTable", each.value.action]
    resources = concat(local.catalog_arns, ["${local.glue_arn}:table/${local.database}/${each.value.table}"])
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for kind in ["error", "output"] : "${aws_cloudwatch_log_group.job["${each.key}/${kind}"].arn}:*"]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${local.region}.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role" "job" {
  for_each           = local.jobs
  name               = "${local.name}-lake-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.job_trust.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "job" {
  for_each = local.jobs
  name     = "transform"
  role     = aws_iam_role.job[each.key].id
  policy   = data.aws_iam_policy_document.job[each.key].json
}

resource "aws_glue_job" "this" {
  for_each          = local.jobs
  name              = "${local.name}-${each.key}"
  description       = "order-lake transform ${each.key}, of what is new below ${each.value.landing}"
  role_arn          = aws_iam_role.job[each.key].arn
  glue_version      = "5.0" # Spark 3.5: try_to_timestamp
  worker_type       = "G.1X"
  number_of_workers = var.lake.workers
  timeout           = var.lake.timeout_minutes
  max_retries       = 0 # the next run on the schedule takes what this one left
  tags              = local.tags
  depends_on        = [aws_iam_role_policy.job, aws_s3_object.script]

  # Two runs at once would take the same objects.
  execution_property {
    max_concurrent_runs = 1
  }

  command {
    script_location = "${local.bucket_url}/scripts/transform.py"
    python_version  = "3"
  }

  default_arguments = {
    "--transform"              = each.key
    "--bucket"                 = local.buckets.lake
    "--landing"                = each.value.landing
    "--texts"                  = "scripts/spark/"
    "--database"               = local.database
    "--job-bookmark-option"    = "job-bookmark-disable"
    "--custom-logGroup-prefix" = "/${local.name}/lake-${each.key}"
  }
}

resource "aws_glue_trigger" "this" {
  for_each = { for name, job in local.jobs : name => job if var.lake.schedule != "" }
  name     = "${local.name}-${each.key}"
  type     = "SCHEDULED"
  schedule = var.lake.schedule
  tags     = local.tags

  actions {
    job_name = aws_glue_job.this[each.key].name
  }
}

# A job that fails is told of as alarms are.
resource "aws_cloudwatch_event_rule" "job" {
  for_each    = local.lakes
  name        = "${local.name}-lake"
  description = "A job of the order lake failed or took too long."
  tags        = local.tags

  event_pattern = jsonencode({
    source      = ["aws.glue"]
    detail-type = ["Glue Job State Change"]
    detail      = { jobName = [for job in aws_glue_job.this : job.name], state = ["FAILED", "TIMEOUT"] }
  })
}

resource "aws_cloudwatch_event_target" "job" {
  for_each = local.lakes
  rule     = aws_cloudwatch_event_rule.job["lake"].name
  arn      = aws_sns_topic.alarms.arn
}

data "aws_iam_policy_document" "alarms" {
  # As the topic has it without a policy: the account's alarms.
  statement {
    sid       = "Account"
    actions   = ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:ListSubscriptionsByTopic"]
    resources = [aws_sns_topic.alarms.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "StringEquals"
      variable = "AWS:SourceOwner"
      values   = [local.account]
    }
  }

  dynamic "statement" {
    for_each = aws_cloudwatch_event_rule.job
    content {
      sid       = "Events"
      actions   = ["SNS:Publish"]
      resources = [aws_sns_topic.alarms.arn]

      principals {
        type        = "Service"
        identifiers = ["events.amazonaws.com"]
      }

      condition {
        test     = "ArnEquals"
        variable = "aws:SourceArn"
        values   = [statement.value.arn]
      }
    }
  }
}

resource "aws_sns_topic_policy" "alarms" {
  arn    = aws_sns_topic.alarms.arn
  policy = data.aws_iam_policy_document.alarms.json
}
