# Two buckets: the lake, and the access log of that. Names end with account and region: bucket names are global. In the lake are
# landing/ (what was delivered), errors/, raw/ (typed, by run), processed/ (what queries read), query-results/ and scripts/.
locals {
  buckets = {
    lake   = "${local.name}-${local.account}-${local.region}"
    access = "${local.name}-access-${local.account}-${local.region}"
  }
}

resource "aws_s3_bucket" "this" {
  for_each      = local.buckets
  bucket        = each.value
  force_destroy = var.force_destroy
  tags          = local.tags
}

resource "aws_s3_bucket_public_access_block" "this" {
  for_each                = local.buckets
  bucket                  = aws_s3_bucket.this[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

# S3 writes access logs with its own key only.
resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  for_each = local.buckets
  bucket   = aws_s3_bucket.this[each.key].id

  rule {
    bucket_key_enabled = each.key == "lake" && var.kms_key_arn != null

    apply_server_side_encryption_by_default {
      sse_algorithm     = each.key == "lake" && var.kms_key_arn != null ? "aws:kms" : "AES256"
      kms_master_key_id = each.key == "lake" ? var.kms_key_arn : null
    }
  }
}

resource "aws_s3_bucket_versioning" "lake" {
  bucket = aws_s3_bucket.this["lake"].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_logging" "lake" {
  bucket        = aws_s3_bucket.this["lake"].id
  target_bucket = aws_s3_bucket.this["access"].id
  target_prefix = "lake/"
}

resource "aws_s3_bucket_lifecycle_configuration" "lake" {
  bucket     = aws_s3_bucket.this["lake"].id
  depends_on = [aws_s3_bucket_versioning.lake]

  rule {
    id     = "delivered"
    status = "Enabled"

    # Up to the first expression the prefix is a fixed text.
    filter {
      prefix = split("!{", var.prefix)[0]
    }

    transition {
      days          = var.retention.infrequent_days
      storage_class = "STANDARD_IA"
    }

    transition {
      days          = var.retention.glacier_days
      storage_class = "GLACIER_IR"
    }

    dynamic "expiration" {
      for_each = var.retention.delete_days > 0 ? [var.retention.delete_days] : []
      content {
        days = expiration.value
      }
    }
  }

  rule {
    id     = "errors"
    status = "Enabled"

    filter {
      prefix = split("!{", var.error_prefix)[0]
    }

    expiration {
      days = var.retention.error_days
    }
  }

  # What the jobs make can be made again of what landed, and each run replaces some of it.
  dynamic "rule" {
    for_each = var.create_lake ? ["raw", "processed", "query-results"] : []
    content {
      id     = "replaced-${rule.value}"
      status = "Enabled"

      filter {
        prefix = "${rule.value}/"
      }

      noncurrent_version_expiration {
        noncurrent_days = 1
      }
    }
  }

  dynamic "rule" {
    for_each = local.lakes
    content {
      id     = "results"
      status = "Enabled"

      filter {
        prefix = "query-results/"
      }

      expiration {
        days = var.lake.result_days
      }
    }
  }

  rule {
    id     = "leftovers"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 30
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "access" {
  bucket = aws_s3_bucket.this["access"].id

  rule {
    id     = "access"
    status = "Enabled"

    filter {}

    expiration {
      days = var.retention.log_days
    }
  }
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.buckets

  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  statement {
    sid       = "NoTlsBelow12"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.this[each.key].arn, "${aws_s3_bucket.this[each.key].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "NumericLessThan"
      variable = "s3:TlsVersion"
      values   = ["1.2"]
    }
  }

  dynamic "statement" {
    for_each = each.key == "access" ? ["lake"] : []
    content {
      sid       = "AccessLog"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.this["access"].arn}/lake/*"]

      principals {
        type        = "Service"
        identifiers = ["logging.s3.amazonaws.com"]
      }

      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = [aws_s3_bucket.this["lake"].arn]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "this" {
  for_each   = local.buckets
  bucket     = aws_s3_bucket.this[each.key].id
  policy     = data.aws_iam_policy_document.bucket[each.key].json
  depends_on = [aws_s3_bucket_public_access_block.this]
}
