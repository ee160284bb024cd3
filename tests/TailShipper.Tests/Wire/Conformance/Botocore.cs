using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Shipper.TailShipper.Tests.Wire.Conformance;

/// <summary>AWS's published service descriptions and its own serializer, parsers and endpoint rules, as Debian ships them.</summary>
internal static class Botocore
{
    private const string Python = "/usr/bin/python3";

    private const string Program = """
        import base64, json, sys, botocore.loaders, botocore.model, botocore.parsers, botocore.serialize, botocore.session
        from botocore.config import Config
        question = json.load(sys.stdin)
        service = botocore.model.ServiceModel(
            botocore.loaders.Loader().load_service_model(question['service'], 'service-2'), question['service'])
        operation = service.operation_model(question['operation'])
        def describe():
            shape = service.shape_for
            entries = operation.input_shape.members['Records']
            answers = [s for s in operation.output_shape.members.values() if s.type_name == 'list'][0]
            limits = lambda s: dict(s.metadata)
            return {
                'target': service.metadata['targetPrefix'] + '.' + operation.name, 'jsonVersion': service.metadata['jsonVersion'],
                'signingName': service.signing_name, 'signature': service.signature_version, 'http': operation.http,
                'input': list(operation.input_shape.members), 'required': operation.input_shape.required_members,
                'records': limits(entries), 'record': {n: limits(s) for n, s in entries.member.members.items()},
                'recordRequired': entries.member.required_members,
                'stream': limits(operation.input_shape.members[question['streamMember']]),
                'output': list(operation.output_shape.members), 'outputRequired': operation.output_shape.required_members,
                'entry': list(answers.member.members),
                'errors': {
                    e.error_code: e.metadata.get('error', {}).get('httpStatusCode', 500 if e.metadata.get('fault') else 400)
                    for e in operation.error_shapes}}
        def serialize():
            params = dict(question['params'])
            params['Records'] = [dict(r, Data=base64.b64decode(r['Data'])) for r in params['Records']]
            request = botocore.serialize.create_serializer('json').serialize_to_request(params, operation)
            return {
                'headers': request['headers'], 'method': request['method'],
                'path': request['url_path'], 'body': request['body'].decode()}
        def parse():
            parsed = botocore.parsers.create_parser('json').parse(
                {'status_code': question['status'], 'headers': question['headers'], 'body': question['body'].encode()},
                operation.output_shape)
            parsed.pop('ResponseMetadata')
            return parsed
        def endpoints():
            session = botocore.session.Session()
            session.set_credentials('a', 'b')
            def of(region, fips, dualStack):
                client = session.create_client(
                    question['service'], region, config=Config(use_fips_endpoint=fips, use_dualstack_endpoint=dualStack))
                seen = []
                client.meta.events.register(
                    'before-send',
                    lambda request, **_: seen.append(request.url) or botocore.awsrequest.AWSResponse(request.url, 200, {}, None))
                try:
                    client.list_streams() if question['service'] == 'kinesis' else client.list_delivery_streams()
                except Exception:
                    pass
                return seen[0]
            return [of(**case) for case in question['cases']]
        print(json.dumps({'describe': describe, 'serialize': serialize, 'parse': parse, 'endpoints': endpoints}[question['ask']]()))
        """;

    /// <summary>Skips the test, visibly, where botocore is not installed.</summary>
    public static async Task NeededAsync() => Assert.SkipUnless(
        File.Exists(Python)
            && (await RunAsync("import botocore", "")).ExitCode == 0, "botocore is not installed: apt-get install python3-botocore");

    /// <summary>Asks; the question names service, operation, and what to do.</summary>
    public static async Task<JsonNode> AskAsync(string ask, string service, object question)
    {
        var whole = JsonSerializer.SerializeToNode(question)!.AsObject();
        (whole["ask"], whole["service"]) = (ask, service);
        (whole["operation"], whole["streamMember"]) = service == "kinesis"
            ? ("PutRecords", "StreamName")
            : ("PutRecordBatch", "DeliveryStreamName");
        var (exitCode, output, error) = await RunAsync(Program, whole.ToJsonString());
        Assert.True(exitCode == 0, error);
        return JsonNode.Parse(output)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string input)
    {
        var start = new ProcessStartInfo(Python, ["-c", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal) || name is "PYTHONPATH")
            .ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
