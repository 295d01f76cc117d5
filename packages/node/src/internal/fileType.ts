import mime from "mime/lite"

/** The MIME type that a file's name stands for. */
export const fileType = (name: string): string | undefined => mime.getType(name) ?? undefined
