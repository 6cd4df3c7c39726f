// Reads a JSON array of Mermaid texts from standard input and prints one JSON array: for each, null, or what is wrong with it.
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!doctype html><body></body>');
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false });

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}

const problems = [];
for (const text of JSON.parse(Buffer.concat(chunks).toString('utf8'))) {
  try {
    await mermaid.parse(text);
    problems.push(null);
  } catch (error) {
    problems.push(error.message);
  }
}

process.stdout.write(JSON.stringify(problems));
