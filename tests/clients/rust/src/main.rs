//! The SDK for Rust: its own serializer and documents, its clock, its connections.

use std::collections::{HashMap, HashSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3vectors::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_s3vectors::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3vectors::error::{BoxError, ProvideErrorMetadata};
use aws_sdk_s3vectors::types::{DataType, DistanceMetric, MetadataConfiguration, PutInputVector, VectorData};
use aws_sdk_s3vectors::Client;
use aws_smithy_types::{Document, Number};

const BUCKET: &str = "rust";
const INDEX: &str = "index";
static ATTEMPTS: AtomicUsize = AtomicUsize::new(0);

/// How often a request was sent.
#[derive(Debug)]
struct Attempts;

impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "Attempts"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        ATTEMPTS.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn object<const N: usize>(members: [(&str, Document); N]) -> Document {
    Document::Object(HashMap::from(members.map(|(key, value)| (key.to_string(), value))))
}

fn number(value: u64) -> Document {
    Document::Number(Number::PosInt(value))
}

fn vector(key: String, metadata: Document, data: Vec<f32>) -> PutInputVector {
    let builder = PutInputVector::builder().key(key).metadata(metadata);
    builder.data(VectorData::Float32(data)).build().unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shared = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::standard())
        .load()
        .await;
    let configuration = aws_sdk_s3vectors::config::Builder::from(&shared).interceptor(Attempts).build();
    let client = Client::from_conf(configuration);
    client.create_vector_bucket().vector_bucket_name(BUCKET).send().await.unwrap();
    client
        .create_index()
        .vector_bucket_name(BUCKET)
        .index_name(INDEX)
        .data_type(DataType::Float32)
        .dimension(2)
        .distance_metric(DistanceMetric::Euclidean)
        .metadata_configuration(
            MetadataConfiguration::builder().non_filterable_metadata_keys("text").build().unwrap(),
        )
        .send()
        .await
        .unwrap();

    let vectors = (0..40u64).map(|i| {
        let tags = Document::Array(vec![Document::from("a"), Document::from("b")]);
        let text = Document::from("é".repeat(1500));
        let metadata = object([
            ("n", number(i)),
            ("even", Document::from(i % 2 == 0)),
            ("tags", tags),
            ("text", text),
        ]);
        vector(format!("k{i}"), metadata, vec![1.0, i as f32])
    });
    let put = client.put_vectors().vector_bucket_name(BUCKET).index_name(INDEX);
    put.set_vectors(Some(vectors.collect())).send().await.unwrap();

    let mut found = HashSet::new();
    for segment in 0..4 {
        let page = client
            .list_vectors()
            .vector_bucket_name(BUCKET)
            .index_name(INDEX)
            .segment_count(4)
            .segment_index(segment)
            .send()
            .await
            .unwrap();
        assert!(!page.vectors().is_empty() && page.vectors().len() < 40);
        found.extend(page.vectors().iter().map(|vector| vector.key().to_string()));
    }
    assert_eq!(found.len(), 40);
    let mut pages =
        client.list_vectors().vector_bucket_name(BUCKET).index_name(INDEX).max_results(7).into_paginator().send();
    let mut listed = 0;
    while let Some(page) = pages.next().await {
        listed += page.unwrap().vectors().len();
    }
    assert_eq!(listed, 40);

    let filter = object([(
        "$and",
        Document::Array(vec![
            object([("n", object([("$gte", number(3))]))]),
            object([("even", Document::from(true))]),
        ]),
    )]);
    let query = client.query_vectors().vector_bucket_name(BUCKET).index_name(INDEX).top_k(2);
    let near = query
        .query_vector(VectorData::Float32(vec![1.0, 0.0]))
        .filter(filter)
        .return_metadata(true)
        .return_distance(true)
        .send()
        .await
        .unwrap();
    assert_eq!(near.vectors().iter().map(|v| v.key()).collect::<Vec<_>>(), ["k4", "k6"]);
    assert_eq!(near.vectors()[0].distance(), Some(4.0));
    assert_eq!(near.vectors()[0].metadata().unwrap().as_object().unwrap()["n"], number(4));

    // Refusals are of the class of their code, with AWS's words.
    let absent = client.get_index().vector_bucket_name(BUCKET).index_name("absent").send().await.unwrap_err();
    assert!(absent.into_service_error().is_not_found_exception());
    let empty = vector("x".to_string(), object([("tags", Document::Array(vec![]))]), vec![1.0, 1.0]);
    let refused = client.put_vectors().vector_bucket_name(BUCKET).index_name(INDEX).vectors(empty).send().await;
    let refused = refused.unwrap_err().into_service_error();
    assert!(refused.is_validation_exception());
    assert!(refused.message().unwrap().contains("Empty arrays are not allowed in metadata"));
    let long = client.get_vectors().vector_bucket_name(BUCKET).index_name(INDEX).keys("é".repeat(513)).send().await;
    let long = long.unwrap_err().into_service_error();
    assert_eq!(long.message(), Some("Record key length exceeds the maximum allowed"));

    // The clock of the service is an hour ahead: the SDK learns it from Date, and tries once more.
    steer("POST", r#"[{"kind": "skew", "operation": "GetIndex"}]"#);
    assert_eq!(attempts(&client).await, 2, "skew");
    steer("DELETE", "");
    for kind in ["throttle", "unavailable", "server-error", "request-timeout", "drop"] {
        steer("POST", &format!(r#"[{{"kind": "{kind}", "operation": "GetIndex", "count": 1}}]"#));
        assert_eq!(attempts(&client).await, 2, "{kind}");
    }
}

/// How many attempts it takes to get the index.
async fn attempts(client: &Client) -> usize {
    ATTEMPTS.store(0, Ordering::SeqCst);
    client.get_index().vector_bucket_name(BUCKET).index_name(INDEX).send().await.unwrap();
    ATTEMPTS.load(Ordering::SeqCst)
}

/// Sets the faults of the local AWS, or clears them.
fn steer(method: &str, body: &str) {
    let endpoint = std::env::var("AWS_ENDPOINT_URL").unwrap();
    let host = endpoint.trim_start_matches("http://").trim_end_matches('/');
    let length = body.len();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("{method} /_local/faults HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    write!(stream, "{head}Content-Length: {length}\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
