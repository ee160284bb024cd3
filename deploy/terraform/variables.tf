variable "name" {
  description = "Begins the name of everything that is made, and must be unique in the account and region."
  type        = string
  default     = "order-logs"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "Write 2 to 31 small letters, digits and hyphens, beginning with a letter: bucket names are made of it."
  }
}

variable "delivery_stream" {
  description = "The name of the delivery stream."
  type        = string
  default     = "tbsm-red-fire"

  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{1,64}$", var.delivery_stream))
    error_message = "Write 1 to 64 letters, digits, points, hyphens and underscores."
  }
}

variable "prefix" {
  description = "Where objects go in the bucket; Firehose's expressions are allowed."
  type        = string
  default     = "orders/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
}

variable "error_prefix" {
  description = "Where what cannot be delivered goes; it must name the kind of error."
  type        = string
  default     = "errors/!{firehose:error-output-type}/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"

  validation {
    condition     = strcontains(var.error_prefix, "!{firehose:error-output-type}")
    error_message = "It must contain !{firehose:error-output-type}: Firehose refuses a prefix with expressions otherwise."
  }
}

variable "buffer_size_mib" {
  description = "An object is closed at this size, before compression."
  type        = number
  default     = 64

  validation {
    condition     = var.buffer_size_mib >= 1 && var.buffer_size_mib <= 128
    error_message = "1 to 128 MiB."
  }
}

variable "buffer_seconds" {
  description = "An object is closed after this time."
  type        = number
  default     = 60

  validation {
    condition     = var.buffer_seconds >= 0 && var.buffer_seconds <= 900
    error_message = "0 to 900 seconds."
  }
}

variable "kms_key_arn" {
  description = "A customer managed key for the stream, the buckets, the logs and the alarms' topic. Null: keys that AWS owns, at no cost. The key's policy must let Firehose, CloudWatch and CloudWatch Logs use it, and leave the rest to IAM: the stream's role and the policy ship_policy_arn get what they need."
  type        = string
  default     = null
}

variable "retention" {
  description = "Days until objects move to Standard-IA and Glacier Instant Retrieval and are deleted (0: never), and days that errors and logs are kept."
  type = object({
    infrequent_days = optional(number, 30)
    glacier_days    = optional(number, 90)
    delete_days     = optional(number, 0)
    error_days      = optional(number, 90)
    log_days        = optional(number, 30)
  })
  default = {}

  validation {
    condition     = var.retention.infrequent_days >= 30 && var.retention.glacier_days >= var.retention.infrequent_days + 30
    error_message = "S3 moves nothing to Standard-IA before 30 days, and from there to Glacier not before 30 more."
  }
}

variable "force_destroy" {
  description = "Lets terraform destroy delete buckets that still hold objects."
  type        = bool
  default     = false
}

variable "create_instance" {
  description = "False makes the stream, the alarms and a policy for machines of your own, and no instance."
  type        = bool
  default     = true
}

variable "instance_type" {
  description = "The architecture follows the type: t4g and other types with a g run the arm64 build."
  type        = string
  default     = "t3.small"
}

variable "subnet_id" {
  description = "Where the instance runs. It needs a way to Firehose, S3, CloudWatch Logs and Systems Manager: NAT or VPC endpoints."
  type        = string
  default     = null

  validation {
    condition     = var.subnet_id != null || !var.create_instance
    error_message = "An instance needs a subnet: set subnet_id, or create_instance to false."
  }
}

variable "ami_id" {
  description = "An image of Amazon Linux 2023, Ubuntu 24.04 or Debian 12. Null: the newest Amazon Linux 2023. The CloudWatch agent is installed on Amazon Linux only."
  type        = string
  default     = null
}

variable "artifact" {
  description = "The tarballs, one for each architecture that is used: url is s3://BUCKET/KEY or https://…, with {arch} for x64 or arm64; sha256 by architecture, from SHA256SUMS."
  type = object({
    url    = string
    sha256 = map(string)
  })
  default = { url = "", sha256 = {} }

  validation {
    condition     = alltrue([for sum in values(var.artifact.sha256) : can(regex("^[0-9a-f]{64}$", sum))])
    error_message = "A SHA-256 sum is 64 hexadecimal digits."
  }

  validation {
    condition     = !var.create_instance || (can(regex("^(s3|https)://", var.artifact.url)) && length(var.artifact.sha256) > 0)
    error_message = "The instance installs the artifact: give its url (s3:// or https://) and its sha256."
  }
}

variable "generator" {
  description = "Runs order-log-generator on the instance, so that there is something to ship."
  type        = bool
  default     = false
}

variable "lines_per_second" {
  description = "What the generator writes."
  type        = number
  default     = 100
}

variable "log_paths" {
  description = "What the instance ships."
  type        = list(string)
  default     = ["/var/log/orders/*.log"]
}

variable "alarm_emails" {
  description = "Who is told. Each address gets a mail that it must confirm."
  type        = list(string)
  default     = []
}

variable "lag_seconds" {
  description = "The age of the oldest line not delivered at which somebody should look."
  type        = number
  default     = 300
}

variable "tags" {
  description = "On everything."
  type        = map(string)
  default     = {}
}
