// The SDK for JavaScript, version 3: its own serializer, its clock, its connections.
"use strict";
const assert = require("node:assert");
const { KMSClient, CreateKeyCommand, DisableKeyCommand } = require("@aws-sdk/client-kms");
const {
  S3VectorsClient,
  CreateVectorBucketCommand,
  CreateIndexCommand,
  PutVectorsCommand,
  GetVectorsCommand,
  ListVectorsCommand,
  QueryVectorsCommand,
} = require("@aws-sdk/client-s3vectors");
const { STSClient, AssumeRoleWithWebIdentityCommand, GetSessionTokenCommand } = require("@aws-sdk/client-sts");

const endpoint = process.env.AWS_ENDPOINT_URL;
const region = "us-east-1";
const s3vectors = new S3VectorsClient({ region });
const index = { vectorBucketName: "javascript", indexName: "index" };

async function faults(...wanted) {
  const answer = await fetch(`${endpoint}/_local/faults`, { method: "POST", body: JSON.stringify(wanted) });
  assert.strictEqual(answer.status, 200);
}

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("not refused");
}

async function main() {
  await s3vectors.send(new CreateVectorBucketCommand({ vectorBucketName: "javascript" }));
  const shape = { dataType: "float32", dimension: 2, distanceMetric: "euclidean" };
  await s3vectors.send(new CreateIndexCommand({ ...index, ...shape }));
  const vectors = [...Array(30).keys()].map((i) => ({
    key: `k${i}`,
    data: { float32: [1, i] },
    metadata: { n: i, tags: ["a", "b"] },
  }));
  await s3vectors.send(new PutVectorsCommand({ ...index, vectors }));
  const keys = [];
  for (let segmentIndex = 0; segmentIndex < 3; segmentIndex++) {
    const page = await s3vectors.send(new ListVectorsCommand({ ...index, segmentCount: 3, segmentIndex }));
    keys.push(...page.vectors.map((vector) => vector.key));
  }
  assert.strictEqual(new Set(keys).size, 30);

  // A refused record is not stored, so that no answer is anything but JSON.
  const put = (metadata) =>
    s3vectors.send(new PutVectorsCommand({ ...index, vectors: [{ key: "x", data: { float32: [1, 1] }, metadata }] }));
  assert.match((await refusal(() => put({ a: [] }))).message, /Empty arrays are not allowed in metadata/);
  assert.match((await refusal(() => put({ a: ["b", 1] }))).message, /must be strings or numbers/);
  const page = await s3vectors.send(new ListVectorsCommand({ ...index, returnMetadata: true, returnData: true }));
  assert.deepStrictEqual(page.vectors[7], vectors[7]);
  const most = 3.4028234663852886e38;
  await s3vectors.send(new PutVectorsCommand({ ...index, vectors: [{ key: "far", data: { float32: [-most, -most] } }] }));
  const far = { ...index, topK: 31, queryVector: { float32: [most, most] }, returnDistance: true };
  assert.strictEqual((await s3vectors.send(new QueryVectorsCommand(far))).vectors.at(-1).distance, Infinity);
  const long = new GetVectorsCommand({ ...index, keys: ["é".repeat(513)] });
  assert.match((await refusal(() => s3vectors.send(long))).message, /Record key length exceeds the maximum/);

  // The clock of the service is an hour ahead: the SDK learns it from Date, and tries once more.
  await faults({ kind: "skew", operation: "GetVectors" });
  const skewed = await s3vectors.send(new GetVectorsCommand({ ...index, keys: ["k1"] }));
  assert.strictEqual(skewed.$metadata.attempts, 2);
  await fetch(`${endpoint}/_local/faults`, { method: "DELETE" });

  // What the SDK tries again: throttling, an unavailable service, a dropped connection.
  for (const kind of ["throttle", "unavailable", "request-timeout", "drop"]) {
    await faults({ kind, operation: "GetVectors", count: 1 });
    const answer = await s3vectors.send(new GetVectorsCommand({ ...index, keys: ["k1"] }));
    assert.strictEqual(answer.$metadata.attempts, 2, kind);
  }

  const sts = new STSClient({ region });
  const token = { RoleArn: "arn:aws:iam::123456789012:role/none", RoleSessionName: "ci", WebIdentityToken: "text" };
  const refused = await refusal(() => sts.send(new AssumeRoleWithWebIdentityCommand(token)));
  assert.match(refused.name, /^InvalidIdentityToken/);
  const { Credentials: own } = await sts.send(new GetSessionTokenCommand({}));
  const credentials = { accessKeyId: own.AccessKeyId, secretAccessKey: own.SecretAccessKey, sessionToken: own.SessionToken };
  const again = new S3VectorsClient({ region, credentials });
  assert.strictEqual((await again.send(new ListVectorsCommand(index))).vectors.length, 31);

  const kms = new KMSClient({ region });
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new DisableKeyCommand({ KeyId: key.Arn }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
