// Says where a PowerShell script cannot be parsed, by a grammar that other people wrote; for machines without PowerShell.
//   node deploy/test/powershell.mjs FOLDER_OF_NODE_MODULES SCRIPT
// Exit code: 0 it can be parsed, 1 it cannot, 2 the grammar is not there.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, script] = process.argv.slice(2);
let parser;
try {
    const require = createRequire(pathToFileURL(resolve(modules) + '/'));
    const { Language, Parser } = await import(pathToFileURL(require.resolve('web-tree-sitter')));
    await Parser.init();
    parser = new Parser();
    parser.setLanguage(await Language.load(resolve(modules, 'tree-sitter-powershell/tree-sitter-powershell.wasm')));
} catch (error) {
    console.error(`the grammar cannot be used: ${error.message}`);
    process.exit(2);
}

const faults = [];
const look = node => {
    if (node.type === 'ERROR' || node.isMissing) {
        faults.push(`${script}:${node.startPosition.row + 1}:${node.startPosition.column + 1}: ${node.isMissing ? `"${node.type}" is missing` : 'cannot be parsed'}`);
    }
    node.children.forEach(look);
};
const tree = parser.parse(readFileSync(script, 'utf8'));
look(tree.rootNode);
console.log(faults.join('\n') || `${script} can be parsed`);
process.exit(tree.rootNode.hasError ? 1 : 0);
