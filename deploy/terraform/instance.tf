# All that a shipper needs, for the instance here and for machines elsewhere.
data "aws_iam_policy_document" "ship" {
  statement {
    sid       = "Ship"
    actions   = ["firehose:PutRecordBatch"]
    resources = [aws_kinesis_firehose_delivery_stream.this.arn]
  }

  # Who sends to a stream with a key of the customer's must be allowed to use the key: streams made since 2026-04-20 at once, all others
  # from 2027-02-28 on.
  dynamic "statement" {
    for_each = var.kms_key_arn == null ? [] : [var.kms_key_arn]
    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_policy" "ship" {
  name        = "${local.name}-ship"
  description = "Lets a machine send records to ${var.delivery_stream}, and nothing else."
  policy      = data.aws_iam_policy_document.ship.json
  tags        = local.tags
}

locals {
  instances = toset(var.create_instance ? ["shipper"] : [])
  arm       = can(regex("^[a-z]+[0-9]+[a-z]*g[a-z]*\\.", var.instance_type))
  arch      = local.arm ? "arm64" : "x64"
  # s3://BUCKET/KEY as an ARN; null for a URL.
  artifact_arn = startswith(var.artifact.url, "s3://") ? "arn:${local.partition}:s3:::${replace(trimprefix(var.artifact.url, "s3://"), "{arch}", local.arch)}" : null
}

resource "aws_cloudwatch_log_group" "shipper" {
  for_each          = toset(["tailshipper", "metrics"])
  name              = "/${local.name}/${each.key}"
  retention_in_days = var.retention.log_days
  kms_key_id        = var.kms_key_arn
  tags              = local.tags
}

data "aws_iam_policy_document" "instance_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "instance" {
  # The CloudWatch agent ships log and metrics log; the metrics are in the lines, so that it needs no PutMetricData.
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = [for group in aws_cloudwatch_log_group.shipper : "${group.arn}:*"]
  }

  dynamic "statement" {
    for_each = local.artifact_arn == null ? [] : [local.artifact_arn]
    content {
      sid       = "Artifact"
      actions   = ["s3:GetObject"]
      resources = [statement.value]
    }
  }
}

resource "aws_iam_role" "instance" {
  for_each           = local.instances
  name               = "${local.name}-instance"
  assume_role_policy = data.aws_iam_policy_document.instance_trust.json
  tags               = local.tags
}

resource "aws_iam_role_policy" "instance" {
  for_each = local.instances
  name     = "instance"
  role     = aws_iam_role.instance[each.key].id
  policy   = data.aws_iam_policy_document.instance.json
}

resource "aws_iam_role_policy_attachment" "ship" {
  for_each   = local.instances
  role       = aws_iam_role.instance[each.key].name
  policy_arn = aws_iam_policy.ship.arn
}

# A shell without SSH, an open port or a key.
resource "aws_iam_role_policy_attachment" "session" {
  for_each   = local.instances
  role       = aws_iam_role.instance[each.key].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "this" {
  for_each = local.instances
  name     = "${local.name}-instance"
  role     = aws_iam_role.instance[each.key].name
  tags     = local.tags
}

data "aws_subnet" "this" {
  for_each = local.instances
  id       = var.subnet_id
}

# The image's name by architecture, kept current by AWS.
data "aws_ssm_parameter" "image" {
  for_each = var.ami_id == null ? local.instances : toset([])
  name     = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${local.arm ? "arm64" : "x86_64"}"
}

resource "aws_security_group" "this" {
  for_each    = local.instances
  name        = "${local.name}-shipper"
  description = "Nothing comes in; HTTPS goes out."
  vpc_id      = data.aws_subnet.this[each.key].vpc_id
  tags        = local.tags
}

resource "aws_vpc_security_group_egress_rule" "https" {
  for_each          = local.instances
  security_group_id = aws_security_group.this[each.key].id
  description       = "AWS, and package sources"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
  tags              = local.tags
}

resource "aws_instance" "this" {
  for_each               = local.instances
  ami                    = var.ami_id != null ? var.ami_id : data.aws_ssm_parameter.image[each.key].insecure_value
  instance_type          = var.instance_type
  subnet_id              = var.subnet_id
  vpc_security_group_ids = [aws_security_group.this[each.key].id]
  iam_instance_profile   = aws_iam_instance_profile.this[each.key].name
  # The state of the shipper is on the root disk: a new image is a decision, not a side effect of the next apply.
  user_data_replace_on_change = false
  user_data_base64 = base64gzip(join("\n", [
    "#!/usr/bin/env bash",
    # Not from tags: whoever may tag an instance should not choose what it installs.
    "export ARTIFACT_URL='${var.artifact.url}'",
    "export ARTIFACT_SHA256='${join(" ", [for arch, sum in var.artifact.sha256 : "${arch}=${sum}"])}'",
    "export DELIVERY_STREAM='${var.delivery_stream}'",
    "export REGION='${local.region}'",
    "export LOG_PATHS='${join(",", var.log_paths)}'",
    "export GENERATOR='${var.generator ? "yes" : "no"}'",
    "export LINES_PER_SECOND='${var.lines_per_second}'",
    "export LOG_GROUP='/${local.name}'",
    file("${path.module}/../ec2-userdata.sh"),
  ]))
  tags        = merge(local.tags, { Name = "${local.name}-shipper" })
  volume_tags = local.tags
  depends_on  = [aws_iam_role_policy.instance, aws_iam_role_policy_attachment.ship]

  metadata_options {
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
    instance_metadata_tags      = "enabled"
  }

  root_block_device {
    encrypted   = true
    kms_key_id  = var.kms_key_arn
    volume_type = "gp3"
    volume_size = 30
  }

  lifecycle {
    ignore_changes = [ami]

    precondition {
      condition     = contains(keys(var.artifact.sha256), local.arch)
      error_message = "artifact.sha256 has no sum for ${local.arch}, which ${var.instance_type} needs."
    }
  }
}
