# The tables of the lake, from the same definition as those of order-lake.
locals {
  specification = "${path.module}/../../src/OrderLake/Specification"

  # Table, column, type, and whether it is in the files or the name of a partition.
  columns = [for line in slice(local.column_lines, 1, length(local.column_lines)) : split("\t", line)]
  types = {
    hive  = { text = "string", integer = "int" }
    trino = { text = "varchar" }
  }

  bucket_url     = "s3://${local.buckets.lake}"
  database       = replace(local.name, "-", "_")
  projected      = coalescelist(var.lake.countries, [for line in slice(local.region_lines, 1, length(local.region_lines)) : split("\t", line)[0] if !startswith(line, "*")])
  column_lines   = split("\n", trimspace(file("${local.specification}/columns.tsv")))
  region_lines   = split("\n", trimspace(file("${local.specification}/regions.tsv")))
  order_columns  = [for column in local.columns : column if column[0] == "orders"]
  landing_layout = { for part, expression in { year = "yyyy", month = "MM", day = "dd", hour = "HH" } : part => "!{timestamp:${expression}}" }

  # What lands, by table: the prefix of the delivery stream, as a template of Athena's, up to the first expression, and its folder.
  landing = { for table, prefix in { raw_orders = var.prefix, raw_events = var.lake.events_prefix } : table => {
    fixed  = split("!{", prefix)[0]
    folder = try(regex("^.*/", split("!{", prefix)[0]), "")
    template = replace(replace(replace(replace(prefix,
      local.landing_layout.year, "$${year}"), local.landing_layout.month, "$${month}"), local.landing_layout.day, "$${day}"),
    local.landing_layout.hour, "$${hour}")
  } }

  parquet = {
    rejects           = "raw/rejects/"
    order_events      = "raw/order_events/"
    event_rejects     = "raw/event_rejects/"
    orders_projected  = "processed/orders/"
    orders_registered = "processed/orders/"
  }
  orders_tables = ["orders_projected", "orders_registered"]

  orders_view = templatefile("${local.specification}/athena/orders_view.sql", {
    countries  = join(", ", [for country in local.projected : "'${replace(country, "'", "''")}'"])
    first_date = var.lake.first_date
  })
  lakes = toset(var.create_lake ? ["lake"] : [])
}

resource "aws_glue_catalog_database" "this" {
  for_each     = local.lakes
  name         = local.database
  description  = "Orders: what landed, what became of it, and what was left out."
  location_uri = "${local.bucket_url}/processed/"
  tags         = local.tags
}

# JSON lines as the stream delivers them. $src is where a line comes from; SQL knows it as src.
resource "aws_glue_catalog_table" "landing" {
  for_each      = var.create_lake ? local.landing : {}
  name          = each.key
  database_name = aws_glue_catalog_database.this["lake"].name
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(
    {
      "EXTERNAL"                      = "TRUE"
      "projection.enabled"            = "true"
      "projection.year.type"          = "date"
      "projection.year.format"        = "yyyy"
      "projection.year.interval"      = "1"
      "projection.year.interval.unit" = "YEARS"
      "projection.year.range"         = "${substr(var.lake.first_date, 0, 4)},NOW"
      "storage.location.template"     = "${local.bucket_url}/${each.value.template}"
    },
    merge([for part, range in { month = "1,12", day = "1,31", hour = "0,23" } : {
      "projection.${part}.type"       = "integer"
      "projection.${part}.digits"     = "2"
      "projection.${part}.range"      = range
    }]...),
  )

  dynamic "partition_keys" {
    for_each = ["year", "month", "day", "hour"]
    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = "${local.bucket_url}/${each.value.folder}"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
      parameters            = { "mapping.src" = "$src", "ignore.malformed.json" = "true" }
    }

    dynamic "columns" {
      for_each = [for column in local.columns : lower(column[1]) if column[0] == each.key]
      content {
        name = columns.value
        type = "string"
      }
    }

    columns {
      name = "src"
      type = "struct<h:string,s:string,f:bigint,e:bigint,o:bigint,l:bigint>"
    }
  }
}

resource "aws_glue_catalog_table" "parquet" {
  for_each      = var.create_lake ? local.parquet : {}
  name          = each.key
  database_name = aws_glue_catalog_database.this["lake"].name
  table_type    = "EXTERNAL_TABLE"

  parameters = merge(
    { "EXTERNAL" = "TRUE", "classification" = "parquet", "parquet.compression" = "ZSTD" },
    each.key != "orders_projected" ? {} : {
      "projection.enabled"                       = "true"
      "projection.country.type"                  = "enum"
      "projection.country.values"                = join(",", local.projected)
      "projection.invoicedateonly.type"          = "date"
      "projection.invoicedateonly.format"        = "yyyy-MM-dd"
      "projection.invoicedateonly.interval"      = "1"
      "projection.invoicedateonly.interval.unit" = "DAYS"
      "projection.invoicedateonly.range"         = "${var.lake.first_date},NOW"
    },
  )

  dynamic "partition_keys" {
    for_each = contains(local.orders_tables, each.key) ? [for column in local.order_columns : column if column[3] == "partition"] : []
    content {
      name = partition_keys.value[1]
      type = lookup(local.types.hive, partition_keys.value[2], partition_keys.value[2])
    }
  }

  storage_descriptor {
    location      = "${local.bucket_url}/${each.value}"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = [for column in local.columns : column
      if column[0] == (contains(local.orders_tables, each.key) ? "orders" : each.key) && column[3] == "file"]
      content {
        name = columns.value[1]
        type = lookup(local.types.hive, columns.value[2], columns.value[2])
      }
    }
  }
}

# Each run of the job writes the state anew, and names its folder as the table's location.
resource "aws_glue_catalog_table" "state" {
  for_each      = local.lakes
  name          = "order_state"
  database_name = aws_glue_catalog_database.this["lake"].name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { "EXTERNAL" = "TRUE", "classification" = "parquet", "parquet.compression" = "ZSTD" }

  storage_descriptor {
    location      = "${local.bucket_url}/processed/order_state/00000000/"
    input_format  = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"

    ser_de_info {
      serialization_library = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    }

    dynamic "columns" {
      for_each = [for column in local.columns : column if column[0] == "order_state"]
      content {
        name = columns.value[1]
        type = lookup(local.types.hive, columns.value[2], columns.value[2])
      }
    }
  }

  lifecycle {
    ignore_changes = [storage_descriptor[0].location]
  }
}

# The name that queries use. Partition projection finds only what it is told to look for; the rest is registered by the job.
resource "aws_glue_catalog_table" "orders" {
  for_each      = local.lakes
  name          = "orders"
  database_name = aws_glue_catalog_database.this["lake"].name
  table_type    = "VIRTUAL_VIEW"
  parameters    = { "presto_view" = "true", "comment" = "Presto View" }
  depends_on    = [aws_glue_catalog_table.parquet]

  view_expanded_text = "/* Presto View */"
  view_original_text = "/* Presto View: ${base64encode(jsonencode({
    originalSql = local.orders_view
    catalog     = "awsdatacatalog"
    schema      = local.database
    columns     = [for column in local.order_columns : { name = column[1], type = lookup(local.types.trino, column[2], column[2]) }]
  }))} */"

  storage_descriptor {
    ser_de_info {
      name                  = "-"
      serialization_library = "-"
    }

    dynamic "columns" {
      for_each = local.order_columns
      content {
        name = columns.value[1]
        type = lookup(local.types.hive, columns.value[2], columns.value[2])
      }
    }
  }
}
