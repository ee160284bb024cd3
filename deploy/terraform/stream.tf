resource "aws_cloudwatch_log_group" "stream" {
  name              = "/aws/kinesisfirehose/${var.delivery_stream}"
  retention_in_days = var.retention.log_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

resource "aws_cloudwatch_log_stream" "stream" {
  name           = "S3Delivery"
  log_group_name = aws_cloudwatch_log_group.stream.name
}

data "aws_iam_policy_document" "stream_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["firehose.amazonaws.com"]
    }

    # Nobody else's stream may use the role.
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "stream" {
  statement {
    sid       = "Bucket"
    actions   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
    resources = [aws_s3_bucket.this["lake"].arn]
  }

  statement {
    sid       = "Objects"
    actions   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
    resources = [for prefix in [var.prefix, var.error_prefix] : "${aws_s3_bucket.this["lake"].arn}/${split("!{", prefix)[0]}*"]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.stream.arn}:log-stream:${aws_cloudwatch_log_stream.stream.name}"]
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

  # For the stream's own encryption: Firehose makes a grant on the key for itself.
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Grant"
      actions   = ["kms:CreateGrant"]
      resources = [statement.value]

      condition {
        test     = "Bool"
        variable = "kms:GrantIsForAWSResource"
        values   = ["true"]
      }
    }
  }
}

resource "aws_iam_role" "stream" {
  name               = "${local.name}-firehose"
  assume_role_policy = data.aws_iam_policy_document.stream_trust.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "stream" {
  name   = "deliver"
  role   = aws_iam_role.stream.id
  policy = data.aws_iam_policy_document.stream.json
}

resource "aws_kinesis_firehose_delivery_stream" "this" {
  name        = var.delivery_stream
  destination = "extended_s3"
  tags        = local.tags
  depends_on  = [aws_iam_role_policy.stream]

  server_side_encryption {
    enabled  = true
    key_type = var.kms_key_arn == null ? "AWS_OWNED_CMK" : "CUSTOMER_MANAGED_CMK"
    key_arn  = var.kms_key_arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.stream.arn
    bucket_arn          = aws_s3_bucket.this["lake"].arn
    prefix              = var.prefix
    error_output_prefix = var.error_prefix
    compression_format  = "GZIP"
    # Compressed objects are only recognised as such by their name.
    file_extension     = ".gz"
    buffering_size     = var.buffer_size_mib
    buffering_interval = var.buffer_seconds
    kms_key_arn        = var.kms_key_arn

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.stream.name
      log_stream_name = aws_cloudwatch_log_stream.stream.name
    }
  }
}
