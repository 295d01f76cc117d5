/**
 * What the fields of results mean, in one sentence each. A sentence is found by path first, then by the field's name, so
 * that a field which means the same everywhere is described once.
 */

const media = (kind: string, noun: string): Readonly<Record<string, string>> => ({
  [`${kind}UUID`]: `Identifies the ${noun}; usable as input of later tasks.`,
  [`${kind}URL`]: `Where the ${noun} can be fetched, when the task asked for \`outputType: "URL"\`.`,
  [`${kind}Base64Data`]: `The ${noun} itself, when the task asked for \`outputType: "base64Data"\`.`,
  [`${kind}DataURI`]: `The ${noun} itself, when the task asked for \`outputType: "dataURI"\`.`
})

const byName: Readonly<Record<string, string>> = {
  ...media("image", "image"),
  ...media("video", "video"),
  ...media("audio", "audio"),
  ...media("maskImage", "mask"),
  ...media("guideImage", "guide image"),
  mediaUUID: "Identifies the stored file; usable as input of later tasks.",
  mediaURL: "Where the stored file can be fetched.",
  inputImageUUID: "Identifies the image that the task was given.",
  taskType: "The task type of the request.",
  taskUUID: "The identifier of the request.",
  cost: "US dollars, when the task asked for `includeCost`.",
  seed: "The seed of this result; the same seed and parameters repeat it.",
  NSFWContent: "Whether the safety check found unsafe content, when the task asked for one.",
  outputs: "Further outputs of the model.",
  files: "The files, in order.",
  url: "Where the file can be fetched.",
  uuid: "Identifies the file.",
  text: "The text.",
  structuredData: "The answer as data, for models that give it structure.",
  structuredPrompt: "The prompt as the model structured it.",
  finishReason: "Why the text ended: a natural stop, the token limit, or the content filter.",
  reasoningContent: "The model's reasoning, when it shares it.",
  thoughtSignature: "An opaque token to send back with the next turn, so that the model can pick up its reasoning.",
  promptTokens: "Tokens of the request.",
  completionTokens: "Tokens of the answer.",
  thinkingTokens: "Tokens spent on reasoning.",
  totalTokens: "Tokens of request and answer together.",
  detections: "What was found: one box each, in pixels of the input image.",
  x_min: "Left edge, in pixels.",
  x_max: "Right edge, in pixels.",
  y_min: "Upper edge, in pixels.",
  y_max: "Lower edge, in pixels.",
  air: "The AIR of the model.",
  message: "What happened, in words.",
  status: "How far the task is.",
  progress: "Per cent, 0 to 100.",
  error: "What went wrong.",
  code: "The service's own identifier of the error.",
  request: "The request as it was sent.",
  response: "The response as it was answered.",
  results: "The models found, at most `limit` of them.",
  totalResults: "How many there are in all.",
  architecture: "The architecture, where it has one.",
  capabilities: "What the model can do.",
  category: "What kind of model it is.",
  heroImage: "Address of an example image.",
  name: "The name.",
  positiveTriggerWords: "Words that bring the model's subject into a prompt.",
  negativeTriggerWords: "Words that keep the model's faults out of a prompt.",
  private: "Whether only your account sees the model.",
  isFavorite: "Whether your account marked it as a favourite.",
  provider: "Who serves the model.",
  shortDescription: "The model in a sentence.",
  source: "Whether the service features the model or the community uploaded it.",
  connectionSessionUUID: "The session of this connection; sent again after a reconnect, it resumes the session.",
  pong: "The connection is alive.",
  operation: "The operation that was carried out.",
  apiKey: "The API key, as far as it is shown.",
  apiKeys: "The account's API keys.",
  balance: "What is left to spend.",
  amount: "The balance, in `currency`.",
  freeBalance: "The part of the balance that was given for free.",
  currency: "The currency's code.",
  team: "The members of the account.",
  roles: "What the member may do.",
  requests: "How many requests.",
  credits: "How much was spent.",
  organizationName: "The account's name.",
  organizationUUID: "Identifies the account.",
  startDate: "First day of the report.",
  endDate: "Last day of the report.",
  createdAt: "When it was made.",
  lastUsedAt: "When it was last used.",
  joinedAt: "When the member joined.",
  enabled: "Whether it can be used."
}

const byPath: Readonly<Record<string, string>> = {
  "accountManagement.usage": "What was used, by period or by group, as the operation asked.",
  "textInference.usage": "What the request counted, in tokens.",
  "textInference.text": "The model's answer.",
  "caption.text": "The caption.",
  "promptEnhance.text": "The enhanced prompt.",
  "training.air": "The AIR of the trained model.",
  "modelUpload.status": "How far the upload is."
}

/** The sentence about a field, `usage.totalTokens`, of a task type's result, if there is one. */
export const describeResultField = (taskType: string, path: string): string | undefined =>
  byPath[`${taskType}.${path}`] ?? byName[path.slice(path.lastIndexOf(".") + 1)]
