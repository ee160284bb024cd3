using Shipper.TailShipper.Flows.Observation;
using Shipper.TailShipper.Wire;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Flows;

/// <summary>The advice names what the answer names.</summary>
public sealed class RemedyTests
{
    private const string Key = "arn:aws:kms:eu-west-1:123456789012:key/1a2b3c4d-0000-1111-2222-333344445555";
    private const string Caller = "User: arn:aws:sts::123456789012:assumed-role/shipper/i-0abc is not authorized to perform: ";
    private static readonly Destination Firehose = new(DestinationKind.Firehose, "orders");
    private static readonly Destination Kinesis = new(DestinationKind.Kinesis, "orders");

    [Theory]
    [InlineData("kms:GenerateDataKey")]
    [InlineData("kms:Decrypt")]
    public void A_denied_action_on_a_key_gives_both_permissions_that_the_caller_needs(string action)
    {
        var advice = Advice("AccessDeniedException", $"{Caller}{action} on resource: {Key} because no identity-based policy allows it");
        Assert.Contains($"The role or user that ships lacks {action} on {Key}: allow it kms:GenerateDataKey and kms:Decrypt", advice,
            StringComparison.Ordinal);
        Assert.DoesNotContain("lacks firehose", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_not_named_is_that_of_the_stream() => Assert.Contains(
        "lacks kms:GenerateDataKey on the KMS key of the delivery stream orders: allow it kms:GenerateDataKey and kms:Decrypt",
        Advice("AccessDeniedException", $"{Caller}kms:GenerateDataKey"), StringComparison.Ordinal);

    [Theory]
    [InlineData(
        "firehose:PutRecordBatch on resource: arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders because no …",
        "lacks firehose:PutRecordBatch on arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders: allow it in a policy")]
    [InlineData(
        "firehose:PutRecordBatch on resource: arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders with an explicit deny",
        "lacks firehose:PutRecordBatch on arn:aws:firehose:eu-west-1:123456789012:deliverystream/orders: allow it in a policy")]
    [InlineData("firehose:PutRecord.", "lacks firehose:PutRecord on arn:aws:firehose:*:*:deliverystream/orders: allow it in a policy")]
    public void A_denied_call_is_named_as_the_answer_names_it(string what, string expected) =>
        Assert.Contains(expected, Advice("AccessDeniedException", Caller + what), StringComparison.Ordinal);

    [Fact]
    public void An_answer_that_names_nothing_gives_what_a_batch_needs()
    {
        Assert.Contains(
            "lacks firehose:PutRecordBatch on arn:aws:firehose:*:*:deliverystream/orders: allow it",
            Advice("AccessDeniedException", "No."), StringComparison.Ordinal);
        Assert.Contains(
            "lacks kinesis:PutRecords on arn:aws:kinesis:*:*:stream/orders: allow it",
            Advice("AccessDeniedException", null, Kinesis), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The KMS grant might have been revoked.")]
    [InlineData("The caller does not have permission to use the KMS key.")]
    public void A_key_that_cannot_be_used_gives_the_permissions_of_caller_and_stream(string message)
    {
        var advice = Advice("InvalidKMSResourceException", message);
        Assert.Contains("the role or user that ships kms:GenerateDataKey and kms:Decrypt", advice, StringComparison.Ordinal);
        Assert.Contains("the stream's own role kms:CreateGrant", advice, StringComparison.Ordinal);
        Assert.Contains("enable the key again", advice, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grant_that_cannot_be_made_is_a_matter_of_the_streams_own_role() => Assert.Contains(
        $"The role of the delivery stream orders lacks kms:CreateGrant on {Key}",
        Advice("AccessDeniedException", $"{Caller}kms:CreateGrant on resource: {Key}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("ServiceUnavailableException", false, "the delivery stream's quota is too small for these lines: ask for more (Service")]
    [InlineData("ThrottlingException", false, "or let Aggregation pack lines into fewer records")]
    [InlineData("ProvisionedThroughputExceededException", true, "the Kinesis stream's quota is too small for these lines: give it")]
    public void What_is_throttled_for_long_needs_a_larger_quota(string code, bool isKinesis, string expected) =>
        Assert.Contains(expected, Advice(code, "Slow down.", isKinesis ? Kinesis : Firehose), StringComparison.Ordinal);

    private static string Advice(string code, string? message, Destination? stream = null) =>
        Remedy.For(new CallAnswer { Status = 400, ErrorCode = code, Message = message }, stream ?? Firehose);
}
