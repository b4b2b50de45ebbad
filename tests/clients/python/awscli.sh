# The AWS CLI: what a person types. Ends at the first surprise.
set -eu
aws() { "$CLIENT" --region us-east-1 --output text "$@"; }
aws s3vectors create-vector-bucket --vector-bucket-name cli
aws s3vectors create-index --vector-bucket-name cli --index-name index --data-type float32 --dimension 2 \
    --distance-metric cosine
aws s3vectors put-vectors --vector-bucket-name cli --index-name index \
    --vectors '[{"key": "a", "data": {"float32": [1, 0]}, "metadata": {"n": 1}}, {"key": "b", "data": {"float32": [0, 1]}}]'
test "$(aws s3vectors query-vectors --vector-bucket-name cli --index-name index --top-k 1 \
    --query-vector '{"float32": [0, 1]}' --query 'vectors[0].key')" = b
test "$(aws s3vectors list-vectors --vector-bucket-name cli --index-name index --segment-count 1 \
    --segment-index 0 --query 'length(vectors)')" = 2
arn=$(aws s3vectors get-vector-bucket --vector-bucket-name cli --query vectorBucket.vectorBucketArn)
! aws s3vectors tag-resource --resource-arn "$arn" --tags aws:mine=x 2> refused
grep -q "System tags cannot be added/updated by requester" refused
! aws cloudformation describe-publisher 2> refused
grep -q "NotBuiltInLocalAws" refused
key=$(aws kms create-key --query KeyMetadata.Arn)
aws kms disable-key --key-id "$key"
test "$(aws kms describe-key --key-id "$key" --query KeyMetadata.KeyState)" = Disabled
! aws sts assume-role-with-web-identity --role-arn arn:aws:iam::123456789012:role/none --role-session-name ci \
    --web-identity-token text 2> refused
grep -q "InvalidIdentityToken" refused
aws sts get-session-token > /dev/null
