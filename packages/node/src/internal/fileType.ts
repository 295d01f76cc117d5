/** What file names and MIME types say of each other. */
import mime from "mime/lite"

/** The MIME type that a file's name stands for. */
export const fileType = (name: string): string | undefined => mime.getType(name) ?? undefined

/** The extension that files of a MIME type have. */
export const fileExtension = (type: string): string | undefined => mime.getExtension(type) ?? undefined
