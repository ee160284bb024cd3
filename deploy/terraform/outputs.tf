output "delivery_stream_arn" {
  description = "What shippers send to."
  value       = aws_kinesis_firehose_delivery_stream.this.arn
}

output "bucket" {
  description = "Where the lines are."
  value       = aws_s3_bucket.this["lake"].bucket
}

output "database" {
  description = "The Glue database of the lake; null without one."
  value       = one([for database in aws_glue_catalog_database.this : database.name])
}

output "workgroup" {
  description = "Where Athena answers; null without a lake."
  value       = one([for workgroup in aws_athena_workgroup.this : workgroup.name])
}

output "query_policy_arn" {
  description = "For people and dashboards that ask; null without a lake."
  value       = one([for policy in aws_iam_policy.query : policy.arn])
}

output "jobs" {
  description = "The Glue jobs by transform: aws glue start-job-run --job-name NAME runs one now."
  value       = { for name, job in aws_glue_job.this : name => job.name }
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
