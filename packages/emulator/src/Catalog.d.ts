/**
 * What the service knows about models: which exist, what their requests must look like. The machine takes it as a
 * parameter, so that a test can bring a catalog of two models and no schema.
 *
 * @since 0.1.0
 */
import type { WireError, WireTask } from "@effect-runware/core/Protocol";
import type { RegistryData } from "@effect-runware/schemas/registry";
import type { SchemaMap, SchemaPair } from "@effect-runware/schemas";
/**
 * A model that the catalog lists.
 *
 * @since 0.1.0
 * @category models
 */
export interface CatalogModel {
    readonly air: string;
    readonly slug: string;
    readonly taskType: string;
}
/**
 * What `/resolve` answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Resolution extends SchemaPair {
    readonly documentation: string;
}
/**
 * The catalog.
 *
 * @since 0.1.0
 * @category models
 */
export interface Catalog {
    /** The listed model of an AIR or a slug. */
    readonly find: (model: string) => CatalogModel | undefined;
    /** Whether an AIR may be a community model: of a provider that is open to anyone, or that the catalog never heard of. */
    readonly isCommunity: (air: string) => boolean;
    /** Everything wrong with a task whose `model` is an AIR, and `[]` when it may run. */
    readonly violations: (task: WireTask) => ReadonlyArray<WireError>;
    /** The delivery methods that a task's schema allows; `undefined` where it doesn't say. */
    readonly deliveryMethods: (task: WireTask) => ReadonlyArray<string> | undefined;
    readonly resolve: (model: string) => Resolution | undefined;
}
/**
 * The catalog of a schema map. Schemas are compiled when a task first needs them, and kept.
 *
 * @since 0.1.0
 * @category constructors
 */
export declare const fromSchemaMap: (schemaMap: SchemaMap, registry: RegistryData) => Catalog;
