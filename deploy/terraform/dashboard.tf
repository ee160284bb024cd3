locals {
  widgets = [
    { title = "Lag, seconds", stat = "Maximum", metrics = [["TailShipper", "tailshipper.lag.time", "flow", "orders"]] },
    { title = "Lag, bytes", stat = "Maximum", metrics = [["TailShipper", "tailshipper.lag.size", "flow", "orders"]] },
    { title = "Read and acknowledged, bytes", stat = "Sum", metrics = [
      ["TailShipper", "tailshipper.data.read", "flow", "orders"],
      ["TailShipper", "tailshipper.data.acknowledged", "flow", "orders"],
    ] },
    { title = "Calls", stat = "Sum", metrics = [
      ["TailShipper", "tailshipper.calls.made", "flow", "orders"],
      ["TailShipper", "tailshipper.calls.retried", "flow", "orders"],
      ["TailShipper", "tailshipper.calls.throttled", "flow", "orders"],
    ] },
    { title = "Billed and acknowledged, bytes", stat = "Sum", metrics = [
      ["TailShipper", "tailshipper.data.billed", "flow", "orders"],
      ["TailShipper", "tailshipper.data.acknowledged", "flow", "orders"],
    ] },
    { title = "Should be 0", stat = "Maximum", metrics = [
      ["TailShipper", "tailshipper.records.dead_lettered", "flow", "orders"],
      ["TailShipper", "tailshipper.data.lost", "flow", "orders"],
      ["TailShipper", "tailshipper.data.unaccounted", "flow", "orders"],
    ] },
    { title = "Firehose: incoming and delivered, bytes", stat = "Sum", metrics = [
      ["AWS/Firehose", "IncomingBytes", "DeliveryStreamName", var.delivery_stream],
      ["AWS/Firehose", "DeliveryToS3.Bytes", "DeliveryStreamName", var.delivery_stream],
    ] },
    { title = "Firehose: freshness, seconds", stat = "Maximum", metrics = [["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", var.delivery_stream]] },
    { title = "Firehose: quota and use, bytes a second", stat = "Maximum", metrics = [
      ["AWS/Firehose", "BytesPerSecondLimit", "DeliveryStreamName", var.delivery_stream],
      [{ expression = "used / PERIOD(used)", label = "used" }],
      ["AWS/Firehose", "IncomingBytes", "DeliveryStreamName", var.delivery_stream, { id = "used", stat = "Sum", visible = false }],
    ] },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = local.name

  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm", x = 0, y = 0, width = 24, height = 3
        properties = { title = "Alarms", alarms = [for alarm in aws_cloudwatch_metric_alarm.this : alarm.arn] }
      }],
      [for index, widget in local.widgets : {
        type   = "metric"
        x      = (index % 3) * 8
        y      = 3 + floor(index / 3) * 6
        width  = 8
        height = 6
        properties = {
          title   = widget.title
          region  = local.region
          stat    = widget.stat
          period  = 60
          view    = "timeSeries"
          metrics = widget.metrics
        }
      }],
    )
  })
}
