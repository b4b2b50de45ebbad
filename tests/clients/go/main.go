// The SDK for Go, version 2: it leaves out what has its default, and corrects its clock.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3vectors"
	"github.com/aws/aws-sdk-go-v2/service/s3vectors/document"
	"github.com/aws/aws-sdk-go-v2/service/s3vectors/types"
	"github.com/aws/smithy-go"
)

func main() {
	ctx := context.Background()
	configuration, err := config.LoadDefaultConfig(ctx, config.WithRegion("us-east-1"))
	check(err)
	client := s3vectors.NewFromConfig(configuration)
	bucket, index := aws.String("golang"), aws.String("index")
	_, err = client.CreateVectorBucket(ctx, &s3vectors.CreateVectorBucketInput{VectorBucketName: bucket})
	check(err)
	_, err = client.CreateIndex(ctx, &s3vectors.CreateIndexInput{
		VectorBucketName: bucket,
		IndexName:        index,
		DataType:         types.DataTypeFloat32,
		Dimension:        aws.Int32(2),
		DistanceMetric:   types.DistanceMetricCosine,
	})
	check(err)
	var vectors []types.PutInputVector
	for i := 0; i < 40; i++ {
		vectors = append(vectors, types.PutInputVector{
			Key:      aws.String(fmt.Sprintf("k%d", i)),
			Data:     &types.VectorDataMemberFloat32{Value: []float32{1, float32(i)}},
			Metadata: document.NewLazyDocument(map[string]any{"n": i}),
		})
	}
	_, err = client.PutVectors(ctx, &s3vectors.PutVectorsInput{VectorBucketName: bucket, IndexName: index, Vectors: vectors})
	check(err)

	// Segment 0 is the one whose index is never sent.
	found := map[string]bool{}
	for segment := int32(0); segment < 4; segment++ {
		page, err := client.ListVectors(ctx, &s3vectors.ListVectorsInput{
			VectorBucketName: bucket, IndexName: index, SegmentCount: aws.Int32(4), SegmentIndex: segment,
		})
		check(err)
		if len(page.Vectors) == 0 || len(page.Vectors) == 40 {
			log.Fatalf("segment %d has %d of 40 vectors", segment, len(page.Vectors))
		}
		for _, vector := range page.Vectors {
			found[*vector.Key] = true
		}
	}
	if len(found) != 40 {
		log.Fatalf("the segments have %d of 40 vectors", len(found))
	}

	answer, err := client.QueryVectors(ctx, &s3vectors.QueryVectorsInput{
		VectorBucketName: bucket, IndexName: index, TopK: aws.Int32(2),
		QueryVector: &types.VectorDataMemberFloat32{Value: []float32{1, 0}},
		Filter:      document.NewLazyDocument(map[string]any{"n": map[string]any{"$gte": 3}}),
	})
	check(err)
	if len(answer.Vectors) != 2 || *answer.Vectors[0].Key != "k3" {
		log.Fatalf("query: %v", answer.Vectors)
	}

	// Two filters in one, in AWS's words.
	_, err = client.QueryVectors(ctx, &s3vectors.QueryVectorsInput{
		VectorBucketName: bucket, IndexName: index, TopK: aws.Int32(2),
		QueryVector: &types.VectorDataMemberFloat32{Value: []float32{1, 0}},
		Filter:      document.NewLazyDocument(map[string]any{"n": 1, "m": 2}),
	})
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorMessage() != "Invalid query filter" {
		log.Fatalf("two filters: %v", err)
	}

	// The clock of the service is an hour ahead: the SDK learns it from Date, and tries once more.
	faults(`[{"kind": "skew", "operation": "GetIndex"}]`)
	got, err := client.GetIndex(ctx, &s3vectors.GetIndexInput{VectorBucketName: bucket, IndexName: index})
	check(err)
	attempts, _ := retry.GetAttemptResults(got.ResultMetadata)
	if len(attempts.Results) != 2 {
		log.Fatalf("skew: %d attempts", len(attempts.Results))
	}
	request, _ := http.NewRequest(http.MethodDelete, os.Getenv("AWS_ENDPOINT_URL")+"/_local/faults", nil)
	_, err = http.DefaultClient.Do(request)
	check(err)
	for _, kind := range []string{"throttle", "unavailable", "request-timeout", "drop"} {
		faults(fmt.Sprintf(`[{"kind": %q, "operation": "GetIndex", "count": 1}]`, kind))
		_, err = client.GetIndex(ctx, &s3vectors.GetIndexInput{VectorBucketName: bucket, IndexName: index})
		check(err)
	}
	// An answer that ends in the middle is an error, which the SDK does not try again.
	faults(`[{"kind": "drop-midway", "operation": "GetIndex", "count": 1}]`)
	_, err = client.GetIndex(ctx, &s3vectors.GetIndexInput{VectorBucketName: bucket, IndexName: index})
	if err == nil || !strings.Contains(err.Error(), "unexpected EOF") {
		log.Fatalf("drop-midway: %v", err)
	}
}

func faults(wanted string) {
	answer, err := http.Post(os.Getenv("AWS_ENDPOINT_URL")+"/_local/faults", "application/json", bytes.NewBufferString(wanted))
	check(err)
	if answer.StatusCode != http.StatusOK {
		log.Fatalf("faults: %s", answer.Status)
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
