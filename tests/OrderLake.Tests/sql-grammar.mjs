// Parses SQL with dt-sql-parser. Arguments: GRAMMAR=FILE…; one line for each, with the number of errors and the first of them.
import { readFileSync } from 'node:fs';
import { HiveSQL, SparkSQL, TrinoSQL } from 'dt-sql-parser';

const grammars = { hive: HiveSQL, spark: SparkSQL, trino: TrinoSQL };
const tell = console.log; // the parser also writes messages there
console.log = () => {};
for (const argument of process.argv.slice(2)) {
    const [grammar, path] = argument.split('=');
    const errors = new grammars[grammar]().validate(readFileSync(path, 'utf8'));
    const first = errors.length > 0 ? ` ${errors[0].startLine}:${errors[0].startColumn} ${errors[0].message}` : '';
    tell(`${grammar} ${path} ${errors.length}${first}`);
}
