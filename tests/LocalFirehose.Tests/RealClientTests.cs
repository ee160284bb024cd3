using System.Text.Json;
using Shipper.LocalFirehose.Tests.Support;
using Xunit;

namespace Shipper.LocalFirehose.Tests;

/// <summary>AWS's own clients against the service, which runs on the real clock because they sign with it.</summary>
public sealed class RealClientTests
{
    private const string Boto = """
        import sys, boto3, botocore
        client = boto3.client('firehose', endpoint_url=sys.argv[1])
        role, bucket = 'arn:aws:iam::123456789012:role/firehose', 'arn:aws:s3:::lake'
        def error(call, **arguments):
            try:
                call(**arguments)
                return 'none'
            except botocore.exceptions.ClientError as e:
                return '%s %d' % (e.response['Error']['Code'], e.response['ResponseMetadata']['HTTPStatusCode'])
        s3 = {'RoleARN': role, 'BucketARN': bucket}
        create = client.create_delivery_stream
        create(DeliveryStreamName='boto', ExtendedS3DestinationConfiguration={**s3, 'Prefix': 'boto/'})
        described = client.describe_delivery_stream(DeliveryStreamName='boto')['DeliveryStreamDescription']
        print(described['DeliveryStreamStatus'], described['CreateTimestamp'].year > 2000)
        print(client.list_delivery_streams()['DeliveryStreamNames'])
        put = client.put_record_batch(DeliveryStreamName='boto', Records=[{'Data': bytes([255, 254, 255, 10])}, {'Data': b'two\n'}])
        print(put['FailedPutCount'], len(put['RequestResponses']), len(put['RequestResponses'][0]['RecordId']) > 200)
        print(len(client.put_record(DeliveryStreamName='boto', Record={'Data': b'three\n'})['RecordId']) > 200)
        print(error(client.put_record, DeliveryStreamName='none', Record={'Data': b'x'}))
        print(error(create, DeliveryStreamName='boto', S3DestinationConfiguration=s3))
        print(error(create, DeliveryStreamName='x', S3DestinationConfiguration={**s3, 'Prefix': '!{timestamp:yyyy}/'}))
        print(error(client.put_record_batch, DeliveryStreamName='boto', Records=[{'Data': b'x' * 1000000}] * 5))
        print(error(client.put_record_batch, DeliveryStreamName='boto', Records=[{'Data': b'x'}] * 501))
        client.tag_delivery_stream(DeliveryStreamName='boto', Tags=[{'Key': 'a', 'Value': 'b'}])
        print(client.list_tags_for_delivery_stream(DeliveryStreamName='boto')['Tags'])
        """;

    [Fact]
    public async Task The_aws_command_line_creates_puts_and_reads_errors()
    {
        Assert.SkipUnless(File.Exists(RealClient.Aws), "The AWS command line is not installed: apt-get install awscli");
        await using var server = await TestServer.StartAsync(time: TimeProvider.System);
        Task<(int ExitCode, string Output, string Error)> Aws(string command, string secret = "local-secret") =>
            RealClient.RunAsync(RealClient.Aws, ["--endpoint-url", server.Host.Url, "firehose", .. command.Split(' ')], secret);

        var created = await Aws(
            "create-delivery-stream --delivery-stream-name cli --extended-s3-destination-configuration "
            + "RoleARN=arn:aws:iam::123456789012:role/firehose,BucketARN=arn:aws:s3:::lake,Prefix=cli/");
        Assert.Equal((0, ""), (created.ExitCode, created.Error));
        var described = JsonDocument.Parse(
            (await Aws("describe-delivery-stream --delivery-stream-name cli")).Output).RootElement.GetProperty("DeliveryStreamDescription");
        Assert.Equal("ACTIVE", described.GetProperty("DeliveryStreamStatus").GetString());
        Assert.Contains("\"cli\"", (await Aws("list-delivery-streams")).Output, StringComparison.Ordinal);
        const string Records = """[{"Data":"aGVsbG8K"},{"Data":"d29ybGQK"}]""";
        var put = JsonDocument.Parse((await Aws($"put-record-batch --delivery-stream-name cli --records {Records}")).Output).RootElement;
        Assert.Equal(0, put.GetProperty("FailedPutCount").GetInt32());
        await server.AdminAsync(HttpMethod.Post, "flush");
        Assert.Equal("hello\nworld\n", server.ReadObject(Assert.Single(server.Keys())));

        Assert.Contains(
            "(ResourceNotFoundException)",
            (await Aws("describe-delivery-stream --delivery-stream-name none")).Error,
            StringComparison.Ordinal);
        Assert.Contains("(InvalidSignatureException)", (await Aws("list-delivery-streams", "wrong")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Boto3_creates_puts_and_reads_errors()
    {
        var installed = File.Exists(RealClient.Python) && (
            await RealClient.RunAsync(RealClient.Python, ["-c", "import boto3"])).ExitCode == 0;
        Assert.SkipUnless(installed, "boto3 is not installed: apt-get install python3-boto3");
        await using var server = await TestServer.StartAsync(time: TimeProvider.System);
        var (exitCode, output, error) = await RealClient.RunAsync(RealClient.Python, ["-c", Boto, server.Host.Url]);
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            """
            ACTIVE True
            ['boto', 'orders']
            0 2 True
            True
            ResourceNotFoundException 400
            ResourceInUseException 400
            InvalidArgumentException 400
            InvalidArgumentException 400
            ValidationException 400
            [{'Key': 'a', 'Value': 'b'}]
            """,
            output.TrimEnd());
        await server.FlushAsync();
        var stored = await File.ReadAllBytesAsync(Path.Combine(server.Host.S3, Assert.Single(server.Keys())));
        Assert.Equal([255, 254, 255, 10, .. "two\nthree\n"u8], stored);
    }
}
