// The statements of order-lake, typed into DuckDB's own Node binding, over the same objects: node load.mjs RAW OUT SPECIFICATION
import { DuckDBInstance } from '@duckdb/node-api';
import fs from 'fs';

const [raw, out, specification] = process.argv.slice(2);
const text = name => fs.readFileSync(`${specification}/duckdb/${name}.sql`, 'utf8').replace('${tag}', 'totalamount');
const columns = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID', 'Country']
  .map(name => `${name}: 'VARCHAR'`).join(', ');
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
const connection = await (await DuckDBInstance.create(':memory:')).connect();
for (const statement of [
  `set memory_limit = '768MiB'`,
  `set threads = ${process.env.THREADS ?? 2}`,
  `set preserve_insertion_order = false`,
  `set temp_directory = '${out}/spill'`,
  `create table raw_orders as select filename as object, row_number() over () as line, 1 as record, null as source, null as content_hash,
     * exclude(filename) from read_json('${raw}/**/*.gz', format = 'newline_delimited', compression = 'gzip', filename = true,
     columns = {${columns}})`,
  `create table kept as ${text('orders')}`,
  `create table rejected as ${text('rejects')}`,
  `copy rejected to '${out}/rejects.parquet' (format parquet, compression zstd)`,
  `set threads = 1`,
  `set partitioned_write_flush_threshold = 2048`,
  `set partitioned_write_max_open_files = 4`,
  `copy (select * exclude(object, line, record, source, content_hash) from kept order by country, invoicedateonly, object, line, record)
     to '${out}/orders' (format parquet, compression zstd, partition_by (country, invoicedateonly), overwrite true)`,
]) {
  await connection.run(statement);
}
const rows = await (await connection.run('select count(*) from kept')).getRows();
console.log(`${rows[0][0]} rows`);
