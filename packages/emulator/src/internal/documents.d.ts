/** What the service publishes besides answering tasks: the registry, the schemas, and the media it made. */
import type { RegistryData } from "@effect-runware/schemas/registry";
import type { Catalog } from "../Catalog.ts";
import { type MediaDescription } from "../Media.ts";
import type { Gallery } from "./rendering/gallery.ts";
/** A document, ready to be sent. */
export interface Served {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
}
/** Answers GET requests. */
export type Documents = (path: string, ifNoneMatch: string | undefined) => Promise<Served>;
/** The reply for what does not exist. */
export declare const notFound: (message: string) => Served;
/** The documents of a service. */
export declare const makeDocuments: (options: {
    readonly registry: RegistryData;
    /** The schema map as text: it is sent far more often than read. */
    readonly schemaMap: string;
    readonly catalog: Catalog;
    readonly gallery: Gallery;
    readonly media: (uuid: string) => MediaDescription | undefined;
}) => Documents;
