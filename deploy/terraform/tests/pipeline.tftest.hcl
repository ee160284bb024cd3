# Plans against a mocked provider: what would be made, not whether AWS takes it.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  subnet_id = "subnet-0123456789abcdef0"
  artifact = {
    url    = "s3://releases/shipper-0.1.0-linux-{arch}.tar.gz"
    sha256 = { x64 = "0000000000000000000000000000000000000000000000000000000000000001" }
  }
}

run "buckets_are_closed" {
  assert {
    condition = alltrue([for block in aws_s3_bucket_public_access_block.this :
    block.block_public_acls && block.block_public_policy && block.ignore_public_acls && block.restrict_public_buckets])
    error_message = "A bucket allows public access."
  }

  assert {
    condition     = length(aws_s3_bucket_public_access_block.this) == length(aws_s3_bucket.this) && length(aws_s3_bucket_policy.this) == length(aws_s3_bucket.this)
    error_message = "A bucket has no block or no policy."
  }

  assert {
    condition = alltrue([for policy in data.aws_iam_policy_document.bucket : anytrue([for statement in policy.statement :
    statement.effect == "Deny" && anytrue([for condition in statement.condition : condition.variable == "aws:SecureTransport" && contains(condition.values, "false")])])])
    error_message = "A bucket takes requests without TLS."
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : rule.filter[0].prefix if rule.id == "delivered"]) == "landing/orders/year="
    error_message = "The lifecycle does not cover what is delivered."
  }

  assert {
    condition     = !aws_s3_bucket.this["lake"].force_destroy
    error_message = "terraform destroy would delete delivered lines."
  }
}

run "the_stream_delivers_compressed_encrypted_and_logged" {
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].compression_format == "GZIP"
    error_message = "Objects are not compressed."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].enabled && aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].key_type == "AWS_OWNED_CMK"
    error_message = "The stream is not encrypted."
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].cloudwatch_logging_options[0].enabled
    error_message = "Errors of the delivery are not logged."
  }

  assert {
    condition     = strcontains(aws_kinesis_firehose_delivery_stream.this.extended_s3_configuration[0].error_output_prefix, "!{firehose:error-output-type}")
    error_message = "The error prefix does not name the kind of error."
  }
}

run "a_key_of_ones_own_is_used_everywhere" {
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = aws_kinesis_firehose_delivery_stream.this.server_side_encryption[0].key_type == "CUSTOMER_MANAGED_CMK"
    error_message = "The stream does not use the key."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this["lake"].rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "The bucket does not use the key."
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this["access"].rule).apply_server_side_encryption_by_default).sse_algorithm == "AES256"
    error_message = "S3 cannot write access logs to a bucket with a key."
  }

  assert {
    condition     = anytrue([for statement in data.aws_iam_policy_document.stream.statement : contains(statement.actions, "kms:GenerateDataKey")])
    error_message = "Firehose may not use the key."
  }

  assert {
    condition     = one(one([for statement in data.aws_iam_policy_document.stream.statement : statement if contains(statement.actions, "kms:CreateGrant")]).condition).variable == "kms:GrantIsForAWSResource"
    error_message = "Firehose may not make its grant on the key."
  }

  assert {
    condition     = anytrue([for statement in data.aws_iam_policy_document.ship.statement : statement.actions == toset(["kms:Decrypt", "kms:GenerateDataKey"]) && statement.resources == toset([var.kms_key_arn])])
    error_message = "Who ships may not use the stream's key."
  }
}

run "the_instance_may_do_no_more_than_it_must" {
  assert {
    condition     = aws_instance.this["shipper"].metadata_options[0].http_tokens == "required"
    error_message = "IMDSv1 is allowed."
  }

  assert {
    condition     = aws_instance.this["shipper"].root_block_device[0].encrypted
    error_message = "The disk is not encrypted."
  }

  assert {
    condition     = one(data.aws_iam_policy_document.ship.statement).actions == toset(["firehose:PutRecordBatch"]) && one(data.aws_iam_policy_document.ship.statement).resources == toset([aws_kinesis_firehose_delivery_stream.this.arn])
    error_message = "The shipper may do more than send to its stream."
  }

  assert {
    condition = toset(flatten([for statement in data.aws_iam_policy_document.instance.statement : statement.actions])) == toset([
    "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", "s3:GetObject"])
    error_message = "The instance may do something that is not said here."
  }

  assert {
    condition     = alltrue([for statement in data.aws_iam_policy_document.instance.statement : !contains(statement.resources, "*")])
    error_message = "A right of the instance is for everything."
  }

  assert {
    condition     = contains(one([for statement in data.aws_iam_policy_document.instance.statement : statement.resources if statement.sid == "Artifact"]), "arn:aws:s3:::releases/shipper-0.1.0-linux-x64.tar.gz")
    error_message = "The instance may not read its artifact."
  }

  assert {
    condition     = length(aws_security_group.this["shipper"].ingress) == 0
    error_message = "Something may come in."
  }
}

run "user_data_fits_and_names_what_to_ship" {
  assert {
    condition     = length(aws_instance.this["shipper"].user_data_base64) * 3 / 4 < 16384
    error_message = "User data is limited to 16 KB."
  }
}

run "an_arm_type_takes_the_arm_build" {
  variables {
    instance_type = "t4g.small"
    artifact = {
      url    = "s3://releases/shipper-0.1.0-linux-{arch}.tar.gz"
      sha256 = { arm64 = "0000000000000000000000000000000000000000000000000000000000000002" }
    }
  }

  assert {
    condition     = endswith(data.aws_ssm_parameter.image["shipper"].name, "-arm64")
    error_message = "The image is of another architecture than the type."
  }

  assert {
    condition     = contains(one([for statement in data.aws_iam_policy_document.instance.statement : statement.resources if statement.sid == "Artifact"]), "arn:aws:s3:::releases/shipper-0.1.0-linux-arm64.tar.gz")
    error_message = "The artifact is of another architecture than the type."
  }
}

run "an_architecture_without_a_checksum_is_refused" {
  command = plan

  variables {
    instance_type = "m7g.large"
  }

  expect_failures = [aws_instance.this]
}

run "without_an_instance_there_is_only_the_far_end" {
  variables {
    create_instance = false
    subnet_id       = null
    artifact        = { url = "", sha256 = {} }
  }

  assert {
    condition     = length(aws_instance.this) == 0 && length(aws_iam_role.instance) == 0 && output.instance_id == null
    error_message = "An instance or its role is made."
  }

  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.this), "silent")
    error_message = "An alarm waits for an instance that is not there."
  }
}

run "everything_that_can_go_wrong_has_an_alarm" {
  assert {
    condition     = length(setsubtract(["lag", "silent", "degraded", "retries", "throttled", "dead-letters", "lost", "unaccounted", "freshness", "s3-failures", "stream-throttled"], keys(aws_cloudwatch_metric_alarm.this))) == 0
    error_message = "An alarm is missing."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.this : contains(alarm.alarm_actions, aws_sns_topic.alarms.arn) && length(alarm.alarm_description) > 20])
    error_message = "An alarm tells nobody, or not what to do."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.this["silent"].treat_missing_data == "breaching"
    error_message = "A shipper that is gone is not noticed."
  }
}

run "mistakes_are_refused" {
  command = plan

  variables {
    name            = "Order Logs"
    delivery_stream = "a stream"
    error_prefix    = "errors/"
    buffer_size_mib = 200
    buffer_seconds  = 901
    retention       = { infrequent_days = 1 }
    artifact        = { url = "http://releases/x", sha256 = { x64 = "abc" } }
  }

  expect_failures = [var.name, var.delivery_stream, var.error_prefix, var.buffer_size_mib, var.buffer_seconds, var.retention, var.artifact]
}
