using Shipper.TailShipper.Delivery;
using Shipper.TailShipper.Wire.Answers;
using Xunit;

namespace Shipper.TailShipper.Tests.Delivery;

public sealed class ResponseClassifierTests
{
    [Theory]
    [InlineData(503, "ServiceUnavailableException", "Throttled")]
    [InlineData(400, "ServiceUnavailableException", "Throttled")]
    [InlineData(503, "ServiceUnavailable", "Throttled")]
    [InlineData(400, "LimitExceededException", "Throttled")]
    [InlineData(400, "LimitExceeded", "Throttled")]
    [InlineData(400, "ThrottlingException", "Throttled")]
    [InlineData(400, "Throttling", "Throttled")]
    [InlineData(400, "ThrottledException", "Throttled")]
    [InlineData(400, "RequestLimitExceeded", "Throttled")]
    [InlineData(429, "TooManyRequestsException", "Throttled")]
    [InlineData(503, "SlowDown", "Throttled")]
    [InlineData(400, "ProvisionedThroughputExceededException", "Throttled")]
    [InlineData(400, "KMSThrottlingException", "Throttled")]
    [InlineData(429, null, "Throttled")]
    [InlineData(503, null, "Throttled")]
    [InlineData(400, "InvalidArgumentException", "Invalid")]
    [InlineData(400, "ValidationException", "Invalid")]
    [InlineData(400, "ValidationError", "Invalid")]
    [InlineData(413, "RequestEntityTooLarge", "TooLarge")]
    [InlineData(413, null, "TooLarge")]
    [InlineData(400, "ResourceNotFoundException", "Blocked")]
    [InlineData(400, "InvalidKMSResourceException", "Blocked")]
    [InlineData(400, "KMSAccessDeniedException", "Blocked")]
    [InlineData(400, "KMSDisabledException", "Blocked")]
    [InlineData(400, "KMSInvalidStateException", "Blocked")]
    [InlineData(400, "KMSNotFoundException", "Blocked")]
    [InlineData(400, "KMSOptInRequired", "Blocked")]
    [InlineData(400, "InvalidSourceException", "Blocked")]
    [InlineData(400, "AccessDeniedException", "Blocked")]
    [InlineData(403, "AccessDenied", "Blocked")]
    [InlineData(400, "NotAuthorized", "Blocked")]
    [InlineData(400, "UnrecognizedClientException", "Blocked")]
    [InlineData(403, "InvalidClientTokenId", "Blocked")]
    [InlineData(403, "MissingAuthenticationToken", "Blocked")]
    [InlineData(400, "IncompleteSignature", "Blocked")]
    [InlineData(403, "OptInRequired", "Blocked")]
    [InlineData(400, "ExpiredTokenException", "Blocked")]
    [InlineData(400, "ExpiredToken", "Blocked")]
    [InlineData(400, "InvalidSignatureException", "Blocked")]
    [InlineData(403, "SignatureDoesNotMatch", "Blocked")]
    [InlineData(400, "RequestExpired", "Blocked")]
    [InlineData(403, "RequestTimeTooSkewed", "Blocked")]
    [InlineData(400, "RequestInTheFuture", "Blocked")]
    [InlineData(502, "Http502", "Ambiguous")]
    [InlineData(403, "Http403", "Failed")]
    [InlineData(413, "Http413", "TooLarge")]
    [InlineData(500, "InternalFailure", "Ambiguous")]
    [InlineData(500, "InternalFailureException", "Ambiguous")]
    [InlineData(500, null, "Ambiguous")]
    [InlineData(502, null, "Ambiguous")]
    [InlineData(504, null, "Ambiguous")]
    [InlineData(500, "SomethingNew", "Ambiguous")]
    [InlineData(400, "ConcurrentModificationException", "Failed")]
    [InlineData(400, "SomethingNew", "Failed")]
    [InlineData(400, null, "Failed")]
    [InlineData(404, "", "Failed")]
    [InlineData(302, null, "Failed")]
    [InlineData(200, null, "Answered")]
    public void Every_answer_has_its_meaning(int status, string? code, string outcome) =>
        Assert.Equal(outcome, ResponseClassifier.Classify(new CallAnswer { Status = status, ErrorCode = code }).ToString());

    [Theory]
    [InlineData("NotConnected", "Unreachable")]
    [InlineData("NoCredentials", "Blocked")]
    [InlineData("Ambiguous", "Ambiguous")]
    public void A_broken_transport_has_its_meaning_whatever_else_is_said(string failure, string outcome)
    {
        foreach (var status in (int[])[0, 200, 400])
        {
            var kind = Enum.Parse<TransportFailure>(failure);
            var answer = new CallAnswer { Status = status, ErrorCode = "InvalidArgumentException", Failure = kind };
            Assert.Equal(outcome, ResponseClassifier.Classify(answer).ToString());
        }
    }

    [Theory]
    [InlineData("Records size exceeds 4 MB limit", "TooLarge")]
    [InlineData("Record size exceeded 1000 KiB", "TooLarge")]
    [InlineData("The request exceeds the limit of bytes", "TooLarge")]
    [InlineData("Firehose is 4 mib at most", "TooLarge")]
    [InlineData("at 'deliveryStreamName' failed to satisfy constraint", "Blocked")]
    [InlineData("The delivery stream is being deleted", "Blocked")]
    [InlineData("at 'records.1.member.data' of the delivery stream", "Invalid")]
    [InlineData("Data cannot be decoded", "Invalid")]
    [InlineData("", "Invalid")]
    [InlineData(null, "Invalid")]
    public void An_invalid_argument_that_is_a_matter_of_size_is_told_by_its_words(string? message, string outcome) =>
        Assert.Equal(outcome, ResponseClassifier.Classify(
            new CallAnswer { Status = 400, ErrorCode = "InvalidArgumentException", Message = message }).ToString());

    [Fact]
    public void Nothing_unknown_ever_leads_to_a_dead_letter()
    {
        for (var status = 100; status < 600; status++)
        {
            foreach (var code in (string?[])[null, "", "Invalid", "Nonsense", "invalidargumentexception", "Validation"])
            {
                Assert.NotEqual(CallOutcome.Invalid, ResponseClassifier.Classify(new CallAnswer { Status = status, ErrorCode = code }));
            }
        }
    }
}
