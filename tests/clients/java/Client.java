// The SDK for Java, version 2: its own serializer and documents, its clock, its connections.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3vectors.S3VectorsClient;
import software.amazon.awssdk.services.s3vectors.model.DataType;
import software.amazon.awssdk.services.s3vectors.model.DistanceMetric;
import software.amazon.awssdk.services.s3vectors.model.ListOutputVector;
import software.amazon.awssdk.services.s3vectors.model.NotFoundException;
import software.amazon.awssdk.services.s3vectors.model.PutInputVector;
import software.amazon.awssdk.services.s3vectors.model.QueryOutputVector;
import software.amazon.awssdk.services.s3vectors.model.S3VectorsException;
import software.amazon.awssdk.services.s3vectors.model.ValidationException;
import software.amazon.awssdk.services.s3vectors.model.VectorData;

public class Client {
    static final String BUCKET = "java";
    static final String INDEX = "index";
    static final HttpClient steering = HttpClient.newHttpClient();

    /** How often a request of the current call was sent. */
    static class Attempts implements ExecutionInterceptor {
        final AtomicInteger count = new AtomicInteger();

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            count.incrementAndGet();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Attempts attempts = new Attempts();
        S3VectorsClient client = S3VectorsClient.builder()
            .region(Region.US_EAST_1)
            .overrideConfiguration(ClientOverrideConfiguration.builder().addExecutionInterceptor(attempts).build())
            .build();
        client.createVectorBucket(r -> r.vectorBucketName(BUCKET));
        client.createIndex(r -> r.vectorBucketName(BUCKET).indexName(INDEX).dataType(DataType.FLOAT32)
            .dimension(2).distanceMetric(DistanceMetric.EUCLIDEAN)
            .metadataConfiguration(m -> m.nonFilterableMetadataKeys("text")));

        List<PutInputVector> vectors = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            Document metadata = Document.mapBuilder()
                .putNumber("n", i).putString("text", "é".repeat(1500)).putBoolean("even", i % 2 == 0)
                .putList("tags", list -> list.addString("a").addString("b"))
                .build();
            vectors.add(vector("k" + i, metadata, 1f, i));
        }
        client.putVectors(r -> r.vectorBucketName(BUCKET).indexName(INDEX).vectors(vectors));

        Set<String> found = new HashSet<>();
        for (int segment = 0; segment < 4; segment++) {
            int number = segment;
            List<ListOutputVector> page = client.listVectors(
                r -> r.vectorBucketName(BUCKET).indexName(INDEX).segmentCount(4).segmentIndex(number)).vectors();
            check(!page.isEmpty() && page.size() < 40, "segment " + segment + " has " + page.size());
            page.forEach(vector -> found.add(vector.key()));
        }
        check(found.size() == 40, "the segments have " + found.size());
        long listed = client.listVectorsPaginator(
            r -> r.vectorBucketName(BUCKET).indexName(INDEX).maxResults(7)).vectors().stream().count();
        check(listed == 40, "the pages have " + listed);

        Document filter = Document.mapBuilder().putList("$and", list -> list
            .addMap(m -> m.putMap("n", n -> n.putNumber("$gte", 3)))
            .addMap(m -> m.putBoolean("even", true))).build();
        List<QueryOutputVector> near = client.queryVectors(r -> r.vectorBucketName(BUCKET).indexName(INDEX)
            .topK(2).queryVector(data(1f, 0f)).filter(filter).returnMetadata(true).returnDistance(true)).vectors();
        check(near.size() == 2 && near.get(0).key().equals("k4") && near.get(0).distance() == 4f, near.toString());
        check(near.get(0).metadata().asMap().get("tags").asList().size() == 2, "metadata " + near);

        // Refusals are of the class of their code, with AWS's words.
        try {
            client.getIndex(r -> r.vectorBucketName(BUCKET).indexName("absent"));
            throw new AssertionError("found what is not there");
        } catch (NotFoundException expected) {
            check(expected.statusCode() == 404, expected.toString());
        }
        refused("Empty arrays are not allowed in metadata", () -> client.putVectors(
            r -> r.vectorBucketName(BUCKET).indexName(INDEX).vectors(vector("x",
                Document.mapBuilder().putList("tags", list -> { }).build(), 1f, 1f))));
        refused("Record key length exceeds the maximum allowed", () -> client.getVectors(
            r -> r.vectorBucketName(BUCKET).indexName(INDEX).keys("é".repeat(513))));

        // The clock of the service is an hour ahead: the SDK learns it from Date, and tries once more.
        faults("[{\"kind\": \"skew\", \"operation\": \"GetIndex\"}]");
        attempts.count.set(0);
        client.getIndex(r -> r.vectorBucketName(BUCKET).indexName(INDEX));
        check(attempts.count.get() == 2, "skew: " + attempts.count + " attempts");
        attempts.count.set(0);
        client.getIndex(r -> r.vectorBucketName(BUCKET).indexName(INDEX));
        check(attempts.count.get() == 1, "skew, once corrected: " + attempts.count + " attempts");
        steering.send(HttpRequest.newBuilder(address()).DELETE().build(), HttpResponse.BodyHandlers.ofString());

        // An answer that ends in the middle is tried again here too.
        for (String kind : List.of("throttle", "unavailable", "server-error", "request-timeout", "drop", "drop-midway")) {
            faults("[{\"kind\": \"" + kind + "\", \"operation\": \"GetIndex\", \"count\": 1}]");
            attempts.count.set(0);
            client.getIndex(r -> r.vectorBucketName(BUCKET).indexName(INDEX));
            check(attempts.count.get() == 2, kind + ": " + attempts.count + " attempts");
        }
    }

    static VectorData data(float... components) {
        List<Float> list = new ArrayList<>();
        for (float component : components) {
            list.add(component);
        }
        return VectorData.fromFloat32(list);
    }

    static PutInputVector vector(String key, Document metadata, float... components) {
        return PutInputVector.builder().key(key).data(data(components)).metadata(metadata).build();
    }

    static void refused(String text, Runnable call) {
        try {
            call.run();
        } catch (ValidationException refusal) {
            check(refusal.getMessage().contains(text), refusal.getMessage());
            return;
        } catch (S3VectorsException other) {
            throw new AssertionError(other);
        }
        throw new AssertionError("not refused: " + text);
    }

    static URI address() {
        return URI.create(System.getenv("AWS_ENDPOINT_URL") + "/_local/faults");
    }

    static void faults(String wanted) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address()).POST(HttpRequest.BodyPublishers.ofString(wanted)).build();
        int status = steering.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        check(status == 200, "faults: " + status);
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
