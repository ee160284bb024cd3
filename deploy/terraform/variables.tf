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
  description = "Where objects go in the bucket; Firehose's expressions are allowed. The lake needs year, month, day and hour in it."
  type        = string
  default     = "landing/orders/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"

  validation {
    condition = !var.create_lake || (endswith(var.prefix, "/") && can(regex("^[^!/]+/", var.prefix)) && !can(regex("^(raw|processed|query-results|scripts)/", var.prefix)) &&
    sort(regexall("!{[^}]*}", var.prefix)) == sort([for part in ["yyyy", "MM", "dd", "HH"] : "!{timestamp:${part}}"]))
    error_message = "The lake reads it as partitions: begin with a folder of its own, use !{timestamp:yyyy}, MM, dd and HH once each and nothing else, and end with a slash; or set create_lake to false."
  }
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
  description = "A customer managed key for the stream, the buckets, the logs, the answers of queries and the alarms' topic. Null: keys that AWS owns, at no cost. The key's policy must let Firehose, CloudWatch, EventBridge and CloudWatch Logs use it, and leave the rest to IAM: the roles made here and the policies ship_policy_arn and query_policy_arn get what they need."
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

variable "create_lake" {
  description = "Makes tables, queries and the job that transforms what lands: Glue and Athena."
  type        = bool
  default     = true
}

variable "lake" {
  description = "transforms: jobs to make, history and events. schedule: when they run, in UTC; empty: only when started by hand. events_prefix: where order change events land. countries and first_date: the partitions of orders that Athena finds by projection, by default the countries of regions.tsv; all others are registered by the job and found as well. scan_limit_gib: most that a query may read. result_days: how long answers are kept. workers, timeout_minutes: of the jobs. crawler: for orders that something else than the job wrote."
  type = object({
    transforms      = optional(set(string), ["history"])
    schedule        = optional(string, "cron(10 * * * ? *)")
    events_prefix   = optional(string, "landing/order-events/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/")
    countries       = optional(list(string), [])
    first_date      = optional(string, "2026-01-01")
    scan_limit_gib  = optional(number, 10)
    result_days     = optional(number, 7)
    workers         = optional(number, 2)
    timeout_minutes = optional(number, 60)
    crawler         = optional(bool, false)
  })
  default = {}

  validation {
    condition     = length(var.lake.transforms) > 0 && length(setsubtract(var.lake.transforms, ["history", "events"])) == 0
    error_message = "transforms are history, events or both; without a job set create_lake to false."
  }

  validation {
    condition     = var.lake.schedule == "" || can(regex("^cron\\(.+\\)$", var.lake.schedule))
    error_message = "schedule is cron(minutes hours day month weekday year), for example cron(10 * * * ? *), or an empty text."
  }

  validation {
    condition = (endswith(var.lake.events_prefix, "/") && can(regex("^[^!/]+/", var.lake.events_prefix)) && !can(regex("^(raw|processed|query-results|scripts)/", var.lake.events_prefix)) &&
    sort(regexall("!{[^}]*}", var.lake.events_prefix)) == sort([for part in ["yyyy", "MM", "dd", "HH"] : "!{timestamp:${part}}"]))
    error_message = "events_prefix begins with a folder of its own, has !{timestamp:yyyy}, MM, dd and HH once each and no other expression, and ends with a slash."
  }

  validation {
    condition     = !var.create_lake || (!startswith(split("!{", var.prefix)[0], split("!{", var.lake.events_prefix)[0]) && !startswith(split("!{", var.lake.events_prefix)[0], split("!{", var.prefix)[0]))
    error_message = "events_prefix is below prefix, or prefix below it: events would be read as orders. Give each a folder of its own."
  }

  # What Hive escapes in the name of a directory, what separates the values, and blanks at an end: projection would look elsewhere.
  validation {
    condition     = alltrue([for country in var.lake.countries : can(regex("^[^\"#%'*/:=?\\\\{\\[\\]^,[:cntrl:]]+$", country)) && trimspace(country) == country])
    error_message = "countries are names without \" # % ' * / : = ? \\ { [ ] ^ and commas. Leave others out: the job registers them."
  }

  validation {
    condition     = can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.lake.first_date)) && can(timeadd("${var.lake.first_date}T00:00:00Z", "0s"))
    error_message = "first_date is a day as 2026-01-31."
  }

  validation {
    condition     = var.lake.scan_limit_gib >= 1 && var.lake.scan_limit_gib <= 10240 && floor(var.lake.scan_limit_gib) == var.lake.scan_limit_gib
    error_message = "scan_limit_gib is 1 to 10240."
  }

  validation {
    condition     = var.lake.result_days >= 1 && var.lake.workers >= 2 && var.lake.workers <= 100 && var.lake.timeout_minutes >= 5 && var.lake.timeout_minutes <= 2880
    error_message = "result_days is at least 1, workers 2 to 100, timeout_minutes 5 to 2880."
  }
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
