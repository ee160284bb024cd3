resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = var.kms_key_arn
  tags              = local.tags
}

resource "aws_sns_topic_subscription" "mail" {
  for_each  = toset(var.alarm_emails)
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = each.value
}

locals {
  # The shipper's own metrics come with its metrics log (docs/metrics.md); "flow" is the flow that ec2-userdata.sh writes.
  shipper  = { namespace = "TailShipper", dimensions = { flow = "orders" } }
  firehose = { namespace = "AWS/Firehose", dimensions = { DeliveryStreamName = aws_kinesis_firehose_delivery_stream.this.name } }

  # What each asks for is said in docs/runbook.md.
  alarms = {
    lag = merge(local.shipper, {
      metric = "tailshipper.lag.time", statistic = "Maximum", comparison = "GreaterThanThreshold", threshold = var.lag_seconds
      period = 60, periods = 5, missing = "notBreaching"
      text   = "The oldest undelivered line is older than ${var.lag_seconds} s. Lines are safe as long as their files are kept. Run: tailshipper status"
    })
    silent = merge(local.shipper, {
      metric = "tailshipper.calls.made", statistic = "SampleCount", comparison = "LessThanThreshold", threshold = 1
      period = 60, periods = 5, missing = "breaching"
      text   = "No shipper has reported for 5 minutes: the service, its machine or the CloudWatch agent is down. Run: systemctl status tailshipper"
    })
    degraded = merge(local.shipper, {
      metric = "tailshipper.flow.healthy", statistic = "Minimum", comparison = "LessThanThreshold", threshold = 1
      period = 60, periods = 3, missing = "notBreaching"
      text   = "A flow is degraded; its metrics line says why and what to do. Run: tailshipper status"
    })
    retries = merge(local.shipper, {
      metric = "tailshipper.calls.retried", statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 50
      period = 300, periods = 2, missing = "notBreaching"
      text   = "More than 50 calls in 5 minutes failed and were made again; nothing is lost. The log names the errors"
    })
    throttled = merge(local.shipper, {
      metric = "tailshipper.calls.throttled", statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 20
      period = 300, periods = 3, missing = "notBreaching"
      text   = "Firehose throttles the shipper: ask for a higher quota, or turn on aggregation"
    })
    dead-letters = merge(local.shipper, {
      metric = "tailshipper.records.dead_lettered", statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 0
      period = 300, periods = 1, missing = "notBreaching"
      text   = "Lines were set aside because they can never be delivered: /var/lib/tailshipper/dead-letters on the machine has each with its reason"
    })
    lost = merge(local.shipper, {
      metric = "tailshipper.data.lost", statistic = "Maximum", comparison = "GreaterThanThreshold", threshold = 0
      period = 300, periods = 1, missing = "notBreaching"
      text   = "Bytes were taken away before they could be read: a file was truncated or deleted. The log names file and range"
    })
    unaccounted = merge(local.shipper, {
      metric = "tailshipper.data.unaccounted", statistic = "Maximum", comparison = "GreaterThanThreshold", threshold = 0
      period = 60, periods = 2, missing = "notBreaching"
      text   = "Bytes are in no sum, which is a fault of the shipper: keep the log, restart the service, report it"
    })
    freshness = merge(local.firehose, {
      metric = "DeliveryToS3.DataFreshness", statistic = "Maximum", comparison = "GreaterThanThreshold", threshold = var.buffer_seconds + 600
      period = 300, periods = 2, missing = "notBreaching"
      text   = "What Firehose took waits too long for S3: see the log group ${aws_cloudwatch_log_group.stream.name}. Firehose keeps it for 24 hours only"
    })
    s3-failures = merge(local.firehose, {
      metric = "DeliveryToS3.Success", statistic = "Average", comparison = "LessThanThreshold", threshold = 1
      period = 300, periods = 2, missing = "notBreaching"
      text   = "Firehose cannot write objects: see the log group ${aws_cloudwatch_log_group.stream.name}. Firehose keeps what it took for 24 hours only"
    })
    stream-throttled = merge(local.firehose, {
      metric = "ThrottledRecords", statistic = "Sum", comparison = "GreaterThanThreshold", threshold = 0
      period = 300, periods = 3, missing = "notBreaching"
      text   = "Somebody sends more to the stream than its quota allows"
    })
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each            = { for name, alarm in local.alarms : name => alarm if var.create_instance || name != "silent" }
  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = each.value.text
  namespace           = each.value.namespace
  dimensions          = each.value.dimensions
  metric_name         = each.value.metric
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.value.period
  evaluation_periods  = each.value.periods
  treat_missing_data  = each.value.missing
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
  tags                = local.tags
}
