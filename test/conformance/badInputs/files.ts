/** Bad files: on their way in as parts of a task or as data URIs, and on their way out as downloads. */
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Media } from "@effect-runware/core"
import { NodeMedia } from "@effect-runware/node"
import { refused, type BadInput } from "./badInput.ts"

/** A folder with an empty file and one that nobody knows the type of; whoever makes it removes it. */
export const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "runware-bad-"))
  writeFileSync(join(folder, "empty.png"), "")
  writeFileSync(join(folder, "words.png"), "no picture at all")
  return folder
}

const background = (image: unknown): ReadonlyArray<unknown> => [{ model: "bria:2@1", inputs: { image } }]
const words = new TextEncoder().encode("no picture at all")
const result = { taskType: "imageInference", taskUUID: "x", imageUUID: "y", imageURL: "http://media.test/y.png" }

/** The rows of a folder that was made. */
export const files = (folder: string): ReadonlyArray<BadInput> => [
  ...refused("run", [
    [
      "a file that is not there",
      background(NodeMedia.fromFile(join(folder, "no.png"))),
      "inputs.image",
      "There is no file"
    ],
    ["an empty file", background(NodeMedia.fromFile(join(folder, "empty.png"))), "inputs.image", "has no bytes"],
    ["a directory", background(NodeMedia.fromFile(folder)), "inputs.image", "is a directory"],
    ["a device", background(NodeMedia.fromFile("/dev/null")), "inputs.image", "is a device"],
    ["bytes of no known type", background(words), "inputs.image", "don't say what kind of file"],
    ["no bytes", background(new Uint8Array()), "inputs.image", "has no bytes"],
    ["a blob that is too large", background(new Blob([new Uint8Array(25 * 1024 * 1024)])), "inputs.image", "23 MiB"],
    ["an empty list of bytes in a blob", background(new Blob([])), "inputs.image", "has no bytes"],
    ["a type that is none", background(Media.fromBytes(words, { type: "png" })), "inputs.image", "no MIME type"]
  ]),
  ...refused("fileToDataURI", [
    ["a file that is not there", [join(folder, "no.png")], "file", "There is no file"],
    ["an empty file", [join(folder, "empty.png")], "file", "has no bytes"],
    ["an empty path", [""], "file", "an empty one"],
    ["a directory", [folder], "file", "is a directory"],
    ["a device", ["/dev/null"], "file", "is a device"],
    ["an address", ["https://example.com/a.png"], "file", "is a URL, no path"],
    ["an address elsewhere", [new URL("https://example.com/a.png")], "file", "is no place on this machine"],
    ["a data URI", ["data:image/png;base64,AAAA"], "file", "is a data URI, no path"],
    ["a path with a NUL", ["a\0b"], "file", "NUL"],
    ["a number", [5], "file", "5"],
    ["null", [null], "file", "null"],
    ["nothing", [], "file", "undefined"],
    ["an object", [{ path: "a.png" }], "file", "an object with keys path"],
    ["bytes of no known type", [words], "file", "don't say what kind of file"],
    ["more than `maxBytes`", [new Uint8Array(100), { maxBytes: 10 }], "file", "10 bytes"],
    ["a negative `maxBytes`", [words, { maxBytes: -1 }], "maxBytes", "a whole number"],
    ["a misspelt option", [words, { maxByte: 1 }], "maxByte", "Did you mean maxBytes?"],
    ["options that are null", [words, null], "options", "must be an object"]
  ]),
  ...refused("Media.bytes", [
    ["a result without a file", [{ taskType: "caption", text: "a cat" }], "file", "A result with a file was expected"],
    ["null", [null], "file", "A result with a file was expected, got null"],
    [
      "several files",
      [[result, { ...result, imageURL: "http://media.test/z.png" }]],
      "file",
      "One file was expected, and there are 2"
    ],
    ["a negative `maxBytes`", [result, { maxBytes: -1 }], "maxBytes", "a whole number"],
    ["a misspelt option", [result, { maxByte: 1 }], "maxByte", "Did you mean maxBytes?"]
  ]),
  ...refused("Media.download", [
    ["a result without files", [{ taskType: "caption", text: "a cat" }, folder], "results", "no files in the result"],
    ["no folder", [result, undefined], "to", "`to` must be the path of a folder, got undefined"],
    ["an empty folder", [result, ""], "to", '`to` must be the path of a folder, got ""'],
    ["an address as folder", [result, "https://example.com/"], "to", 'a folder, got "https://example.com/"'],
    ["a number as folder", [result, 5], "to", "a folder, got 5"],
    [
      "a negative `concurrency`",
      [result, folder, { concurrency: -1 }],
      "concurrency",
      "1 or more, or Infinity, got -1"
    ],
    ["an `overwrite` that is text", [result, folder, { overwrite: "yes" }], "overwrite", "true or false"],
    ["a `name` that is no function", [result, folder, { name: "a.png" }], "name", "a function"],
    ["a misspelt option", [result, folder, { overwite: true }], "overwite", "Did you mean overwrite?"],
    ["a name that leaves the folder", [result, folder, { name: () => "../a.png" }], "name", "a.png"],
    ["options that are null", [result, folder, null], "options", "must be an object"]
  ])
]
