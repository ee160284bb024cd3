using System.Text;

namespace Shipper.LocalFirehose.Tests.Support;

internal static class Bodies
{
    public static string Batch(string stream, params IEnumerable<string> records) => BatchOfBase64(stream, records.Select(Base64));

    public static string BatchOfBase64(string stream, IEnumerable<string> records)
    {
        var list = string.Join(',', records.Select(record => $$"""{"Data":"{{record}}"}"""));
        return $$"""{"DeliveryStreamName":"{{stream}}","Records":[{{list}}]}""";
    }

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public static string Create(string name, string s3Members = "")
    {
        var more = s3Members.Length > 0 ? "," + s3Members : "";
        var destination = $$"""{"RoleARN":"arn:aws:iam::123456789012:role/r","BucketARN":"arn:aws:s3:::lake"{{more}}}""";
        return $$"""{"DeliveryStreamName":"{{name}}","ExtendedS3DestinationConfiguration":{{destination}}}""";
    }

    public static string Name(string name) => $$"""{"DeliveryStreamName":"{{name}}"}""";
}
