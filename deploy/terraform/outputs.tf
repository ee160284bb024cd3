output "delivery_stream_arn" {
  description = "What shippers send to."
  value       = aws_kinesis_firehose_delivery_stream.this.arn
}

output "bucket" {
  description = "Where the lines are."
  value       = aws_s3_bucket.this["lake"].bucket
}

output "ship_policy_arn" {
  description = "For the roles of machines elsewhere."
  value       = aws_iam_policy.ship.arn
}

output "instance_id" {
  description = "aws ssm start-session --target ID gives a shell on it; null without an instance."
  value       = one([for instance in aws_instance.this : instance.id])
}

output "dashboard" {
  description = "The name of the CloudWatch dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}

output "alarm_topic_arn" {
  description = "What alarms are sent to; subscribe a pager here."
  value       = aws_sns_topic.alarms.arn
}
