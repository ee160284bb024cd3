# The lake, planned against a mocked provider: what would be made, not whether AWS takes it.
mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  create_instance = false
  lake            = { transforms = ["history", "events"] }
}

run "tables_have_the_columns_of_the_specification" {
  assert {
    condition = { for name, table in merge(aws_glue_catalog_table.landing, aws_glue_catalog_table.parquet) : name =>
      join(" ", [for column in table.storage_descriptor[0].columns : column.name]) if name != "orders_registered" } == {
      raw_orders       = "invoiceno stockcode description quantity invoicedate unitprice customerid country src"
      raw_events       = "order_id user_id product_id database_operation amount payment_method event_timestamp src"
      orders_projected = "orderid invoiceno stockcode description quantity invoicehour unitprice customerid region totalamount totalamountusd ordertag"
      rejects          = "reason object line record invoiceno stockcode description quantity invoicedate unitprice customerid country content run"
      order_events     = "order_id user_id product_id operation amount payment_method event_timestamp object line record run loaded"
      event_rejects    = "reason object line record content run"
    }
    error_message = "A table has other columns than columns.tsv."
  }

  assert {
    condition     = join(" ", [for column in aws_glue_catalog_table.state["lake"].storage_descriptor[0].columns : "${column.name}:${column.type}"]) == "order_id:bigint user_id:bigint product_id:bigint operation:string amount:decimal(12,2) payment_method:string event_timestamp:timestamp"
    error_message = "order_state has other columns than columns.tsv."
  }

  assert {
    condition = alltrue([for name in ["orders_projected", "orders_registered"] :
    join(" ", [for column in aws_glue_catalog_table.parquet[name].partition_keys : "${column.name}:${column.type}"]) == "country:string invoicedateonly:date"])
    error_message = "Orders are not partitioned by country and date."
  }

  assert {
    condition = alltrue([for table in merge(aws_glue_catalog_table.landing, aws_glue_catalog_table.parquet) :
    length(setintersection([for column in table.storage_descriptor[0].columns : column.name], [for key in table.partition_keys : key.name])) == 0])
    error_message = "A partition column is repeated as a column."
  }

  assert {
    condition     = toset([for column in aws_glue_catalog_table.parquet["orders_projected"].storage_descriptor[0].columns : column.type]) == toset(["string", "int", "decimal(10,3)", "decimal(20,3)", "decimal(22,6)"])
    error_message = "A type is not Hive's."
  }
}

run "every_order_is_found_by_projection_or_registration" {
  assert {
    condition     = aws_glue_catalog_table.parquet["orders_projected"].parameters["projection.country.values"] == "United Kingdom,France,Germany,USA,Japan,Australia"
    error_message = "Projection does not look for the countries of regions.tsv."
  }

  assert {
    condition     = aws_glue_catalog_table.parquet["orders_projected"].parameters["projection.invoicedateonly.range"] == "2026-01-01,NOW"
    error_message = "Projection does not look from the first date to today."
  }

  assert {
    condition     = !contains(keys(aws_glue_catalog_table.parquet["orders_registered"].parameters), "projection.enabled")
    error_message = "A table with projection ignores what is registered."
  }

  assert {
    condition     = aws_glue_catalog_table.parquet["orders_registered"].storage_descriptor[0].location == aws_glue_catalog_table.parquet["orders_projected"].storage_descriptor[0].location
    error_message = "The two tables of orders are of different files."
  }

  assert {
    condition     = strcontains(local.orders_view, "country not in ('United Kingdom', 'France', 'Germany', 'USA', 'Japan', 'Australia')") && strcontains(local.orders_view, "invoicedateonly < date '2026-01-01'") && !strcontains(local.orders_view, "$${")
    error_message = "The view leaves orders out, or has them twice."
  }

  assert {
    condition = [for column in jsondecode(base64decode(regex("View: ([^ ]+) ", aws_glue_catalog_table.orders["lake"].view_original_text)[0])).columns : "${column.name}:${column.type}"] == [
      "orderid:varchar", "invoiceno:varchar", "stockcode:varchar", "description:varchar", "quantity:integer", "invoicehour:integer",
      "unitprice:decimal(10,3)", "customerid:varchar", "region:varchar", "totalamount:decimal(20,3)", "totalamountusd:decimal(22,6)",
    "ordertag:varchar", "country:varchar", "invoicedateonly:date"]
    error_message = "The view has other columns than its tables, which makes it stale."
  }
}

run "the_statements_of_tables_sql_say_the_same" {
  assert {
    condition = alltrue([for table in merge(aws_glue_catalog_table.landing, aws_glue_catalog_table.parquet) :
      alltrue([for key, value in table.parameters : strcontains(templatefile("${local.specification}/athena/tables.sql", {
        location = "", first_year = "2026", first_date = "2026-01-01", countries = join(",", local.projected)
    }), "'${key}' = '${value}'") if startswith(key, "projection.")])])
    error_message = "A table projects otherwise than the statement that creates it by hand."
  }
}

run "what_lands_is_found_where_the_stream_leaves_it" {
  assert {
    condition     = aws_glue_catalog_table.landing["raw_orders"].parameters["storage.location.template"] == "s3://order-logs-123456789012-eu-west-1/landing/orders/year=$${year}/month=$${month}/day=$${day}/hour=$${hour}/"
    error_message = "Athena looks elsewhere than Firehose delivers."
  }

  assert {
    condition     = aws_glue_catalog_table.landing["raw_orders"].storage_descriptor[0].location == "s3://order-logs-123456789012-eu-west-1/landing/orders/"
    error_message = "The table's folder is not where Firehose delivers."
  }

  assert {
    condition     = aws_glue_catalog_table.landing["raw_orders"].storage_descriptor[0].ser_de_info[0].parameters["mapping.src"] == "$src"
    error_message = "The provenance of a line has no column."
  }

  assert {
    condition     = aws_glue_job.this["history"].default_arguments["--landing"] == "landing/orders/year=" && aws_glue_job.this["events"].default_arguments["--landing"] == "landing/order-events/year="
    error_message = "A job reads elsewhere than the stream delivers."
  }
}

run "queries_are_those_of_order_lake" {
  assert {
    condition     = toset(keys(aws_athena_named_query.this)) == toset(["audit", "countries", "country-daily", "country-date", "duplicate-orders", "missing-data", "peak-hours", "region-revenue", "top-orders"])
    error_message = "A named query is missing."
  }

  assert {
    condition     = alltrue([for query in aws_athena_named_query.this : !strcontains(query.query, "$${") && length(query.description) > 10])
    error_message = "A query has a placeholder that Athena does not know, or no description."
  }

  assert {
    condition     = strcontains(aws_athena_named_query.this["country-daily"].query, "where country = ?")
    error_message = "Nobody is asked for the country."
  }
}

run "the_workgroup_is_enforced_encrypted_and_limited" {
  assert {
    condition     = aws_athena_workgroup.this["lake"].configuration[0].enforce_workgroup_configuration
    error_message = "Who asks can write answers elsewhere, without encryption."
  }

  assert {
    condition     = aws_athena_workgroup.this["lake"].configuration[0].bytes_scanned_cutoff_per_query == 10737418240
    error_message = "A query may read more than 10 GiB."
  }

  assert {
    condition     = aws_athena_workgroup.this["lake"].configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_S3"
    error_message = "Answers are not encrypted."
  }

  assert {
    condition     = one([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : rule.expiration[0].days if rule.id == "results"]) == 7
    error_message = "Answers are kept for ever."
  }

  assert {
    condition     = toset([for rule in aws_s3_bucket_lifecycle_configuration.lake.rule : rule.filter[0].prefix if try(rule.noncurrent_version_expiration[0].noncurrent_days, 0) == 1]) == toset(["raw/", "processed/", "query-results/"])
    error_message = "What each run replaces is kept for a month."
  }
}

run "a_job_runs_once_at_a_time_with_the_texts_of_the_specification" {
  assert {
    condition     = alltrue([for job in aws_glue_job.this : job.execution_property[0].max_concurrent_runs == 1 && job.max_retries == 0 && job.glue_version == "5.0"])
    error_message = "Two runs of a job could take the same objects."
  }

  assert {
    condition     = length(setsubtract([for text in ["orders", "rejects", "events", "event_rejects", "raw_orders", "raw_events", "changed_orders", "changed_partitions", "order_versions", "order_state"] : "spark/${text}.sql"], keys(aws_s3_object.script))) == 0 && contains(keys(aws_s3_object.script), "transform.py")
    error_message = "A text that the job runs is not where it reads them."
  }

  assert {
    condition     = toset(keys(aws_glue_trigger.this)) == toset(["history", "events"]) && aws_glue_trigger.this["history"].schedule == "cron(10 * * * ? *)"
    error_message = "A job has no schedule."
  }

  assert {
    condition     = toset([for group in aws_cloudwatch_log_group.job : group.name]) == toset(["/order-logs/lake-history/error", "/order-logs/lake-history/output", "/order-logs/lake-events/error", "/order-logs/lake-events/output"]) && alltrue([for group in aws_cloudwatch_log_group.job : group.retention_in_days == 30])
    error_message = "What a job logs has no group of its own, or is kept for ever."
  }

  assert {
    condition     = alltrue([for name, job in aws_glue_job.this : job.default_arguments["--custom-logGroup-prefix"] == "/order-logs/lake-${name}"])
    error_message = "A job logs to a group that its role may not write."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.job["lake"].event_pattern).detail.state == ["FAILED", "TIMEOUT"] && aws_cloudwatch_event_target.job["lake"].arn == aws_sns_topic.alarms.arn
    error_message = "A job fails and nobody is told."
  }
}

run "a_job_may_do_no_more_than_it_must" {
  assert {
    condition = alltrue([for name, policy in data.aws_iam_policy_document.job : toset(flatten([for statement in policy.statement : statement.actions])) == toset([
      "s3:GetBucketLocation", "s3:ListBucket", "s3:GetObject", "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject", "glue:GetTable",
    { history = "glue:BatchCreatePartition", events = "glue:UpdateTable" }[name], "logs:CreateLogStream", "logs:PutLogEvents"])])
    error_message = "A job may do something that is not said here."
  }

  assert {
    condition = alltrue([for policy in concat(values(data.aws_iam_policy_document.job), values(data.aws_iam_policy_document.query)) :
    alltrue([for statement in policy.statement : !contains(statement.resources, "*") && !contains(statement.resources, "${aws_s3_bucket.this["lake"].arn}/*")])])
    error_message = "A right is for everything."
  }

  assert {
    condition = alltrue([for policy in data.aws_iam_policy_document.job :
    alltrue([for arn in one([for statement in policy.statement : statement.resources if statement.sid == "Write"]) : !strcontains(arn, "/landing") && !strcontains(arn, "/scripts")])])
    error_message = "A job may change what landed, or what it runs."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.query["lake"].statement : statement.resources if contains(statement.actions, "s3:PutObject")]) == toset(["${aws_s3_bucket.this["lake"].arn}/query-results/*"])
    error_message = "Who asks may write something else than answers."
  }

  assert {
    condition     = one([for statement in data.aws_iam_policy_document.stream.statement : statement.resources if statement.sid == "Objects"]) == toset(["${aws_s3_bucket.this["lake"].arn}/landing/orders/year=*", "${aws_s3_bucket.this["lake"].arn}/errors/*"])
    error_message = "The stream may write elsewhere than it delivers."
  }

  assert {
    condition     = length(aws_glue_crawler.this) == 0
    error_message = "A crawler is made that nobody asked for."
  }
}

run "a_key_of_ones_own_is_used_by_the_lake" {
  variables {
    kms_key_arn = "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-0000-0000-000000000000"
  }

  assert {
    condition     = aws_athena_workgroup.this["lake"].configuration[0].result_configuration[0].encryption_configuration[0].encryption_option == "SSE_KMS" && aws_athena_workgroup.this["lake"].configuration[0].result_configuration[0].encryption_configuration[0].kms_key_arn == var.kms_key_arn
    error_message = "Answers do not use the key."
  }

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.job : group.kms_key_id == var.kms_key_arn])
    error_message = "Logs of the jobs do not use the key."
  }

  assert {
    condition = alltrue([for policy in concat(values(data.aws_iam_policy_document.job), values(data.aws_iam_policy_document.query)) :
    anytrue([for statement in policy.statement : contains(statement.actions, "kms:Decrypt") && contains(statement.actions, "kms:GenerateDataKey") && statement.resources == toset([var.kms_key_arn])])])
    error_message = "Who reads and writes may not use the key."
  }
}

run "a_crawler_adds_partitions_and_changes_no_table" {
  variables {
    lake = { crawler = true, schedule = "" }
  }

  assert {
    condition     = one(aws_glue_crawler.this["lake"].catalog_target).tables == tolist(["orders_registered"]) && aws_glue_crawler.this["lake"].schema_change_policy[0].update_behavior == "LOG" && aws_glue_crawler.this["lake"].schema_change_policy[0].delete_behavior == "LOG"
    error_message = "The crawler may change a table."
  }

  assert {
    condition     = length(aws_glue_trigger.this) == 0 && length(aws_glue_job.this) == 1 && aws_glue_crawler.this["lake"].schedule == null
    error_message = "A schedule is made that nobody asked for."
  }
}

run "countries_and_a_first_date_are_configured" {
  variables {
    lake = { countries = ["EIRE", "Cote dIvoire"], first_date = "2010-12-01" }
  }

  assert {
    condition     = aws_glue_catalog_table.parquet["orders_projected"].parameters["projection.country.values"] == "EIRE,Cote dIvoire" && strcontains(local.orders_view, "not in ('EIRE', 'Cote dIvoire')") && strcontains(local.orders_view, "date '2010-12-01'")
    error_message = "The countries of the table and of the view are not the same."
  }

  assert {
    condition     = aws_glue_catalog_table.landing["raw_orders"].parameters["projection.year.range"] == "2010,NOW"
    error_message = "What landed in the first year is not found."
  }
}

run "without_a_lake_there_is_none_of_it" {
  variables {
    create_lake = false
    prefix      = "!{timestamp:yyyy/MM/dd/HH}/"
  }

  assert {
    condition     = length(aws_glue_catalog_database.this) == 0 && length(aws_glue_job.this) == 0 && length(aws_athena_workgroup.this) == 0 && length(aws_s3_object.script) == 0 && output.workgroup == null && output.database == null
    error_message = "Something of the lake is made."
  }
}

run "a_prefix_that_the_lake_cannot_read_is_refused" {
  command = plan

  variables {
    prefix = "landing/!{timestamp:yyyy/MM/dd}/"
  }

  expect_failures = [var.prefix]
}

run "a_prefix_in_the_folder_of_the_jobs_is_refused" {
  command = plan

  variables {
    prefix = "processed/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
  }

  expect_failures = [var.prefix]
}

run "a_transform_that_does_not_exist_is_refused" {
  command = plan

  variables {
    lake = { transforms = ["orders"] }
  }

  expect_failures = [var.lake]
}

run "a_country_that_projection_cannot_find_is_refused" {
  command = plan

  variables {
    lake = { countries = ["100% Land"] }
  }

  expect_failures = [var.lake]
}

run "a_first_date_that_is_no_day_is_refused" {
  command = plan

  variables {
    lake = { first_date = "2026-02-30" }
  }

  expect_failures = [var.lake]
}

run "events_below_orders_are_refused" {
  command = plan

  variables {
    prefix = "landing/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/hour=!{timestamp:HH}/"
    lake   = { events_prefix = "landing/year=events/!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:HH}/" }
  }

  expect_failures = [var.lake]
}

run "a_limit_of_no_scan_is_refused" {
  command = plan

  variables {
    lake = { scan_limit_gib = 0 }
  }

  expect_failures = [var.lake]
}

run "a_rate_is_no_schedule" {
  command = plan

  variables {
    lake = { schedule = "rate(1 hour)" }
  }

  expect_failures = [var.lake]
}
