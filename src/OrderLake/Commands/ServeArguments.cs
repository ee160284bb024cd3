using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.OrderLake.Page;
using Shipper.OrderLake.Storage;

namespace Shipper.OrderLake.Commands;

/// <summary>The options of the page.</summary>
internal sealed class ServeArguments
{
    private const int DefaultPort = 8765;

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file that holds a token of {PageAccess.LeastCharacters} characters or more, which a browser must send. "
            + "Any address but one of this machine needs it.",
        HelpName = "FILE",
    };

    /// <summary>Where the raw objects are.</summary>
    public Option<string?> Raw { get; } = new("--raw", "--input")
    {
        Description = "Raw objects that are transformed as they arrive: a directory, or s3://bucket/prefix. Default: none are.",
        HelpName = "DIR|s3://BUCKET/PREFIX",
    };

    /// <summary>Another S3.</summary>
    public Option<Uri?> Endpoint { get; } = TransformArguments.EndpointOption();

    /// <summary>Where the page listens.</summary>
    public Option<IPEndPoint> Listen { get; } = new("--listen")
    {
        Description = $"Address and port of the page; port 0 is any that is free. Default 127.0.0.1:{DefaultPort}.",
        HelpName = "ADDRESS:PORT",
        CustomParser = ParseListen,
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, DefaultPort),
    };

    /// <summary>The state of the pipeline.</summary>
    public Option<string?> Pipeline { get; } = new("--pipeline")
    {
        Description = "The file that local-pipeline writes its state to (DATA/run/status.json).",
        HelpName = "FILE",
    };

    /// <summary>Where the address is written to.</summary>
    public Option<string?> UrlFile { get; } = new("--url-file")
    {
        Description = "A file that the page's address is written to once it is open.",
        HelpName = "FILE",
    };

    /// <summary>Adds all options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { Raw, Endpoint, Listen, _tokenFile, Pipeline, UrlFile })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The token; null if none is needed.</summary>
    /// <exception cref="LakeException">The file cannot be read, or holds no token.</exception>
    public string? ReadToken(ParseResult arguments)
    {
        if (arguments.GetValue(_tokenFile) is not { } path)
        {
            return null;
        }

        try
        {
            var token = File.ReadAllText(path).Trim();
            return token.Length >= PageAccess.LeastCharacters ? token : throw new LakeException(
                $"--token-file {path} holds {token.Length} characters, and a token has at least {PageAccess.LeastCharacters}; "
                + "make one with: openssl rand -hex 32",
                ExitCodes.Usage);
        }
        catch (Exception exception) when (exception.IsDiskError())
        {
            throw new LakeException(
                $"--token-file {path} cannot be read ({exception.Message}); name a file that this user may read",
                LakeExitCodes.NoInput,
                exception);
        }
    }

    private static IPEndPoint? ParseListen(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? "127.0.0.1" + text["localhost".Length..] : text;
        if (IPEndPoint.TryParse(address, out var point) && address.EndsWith($":{point.Port}", StringComparison.Ordinal))
        {
            return point;
        }

        result.AddError($"--listen {text} is not an address with a port, for example --listen 127.0.0.1:{DefaultPort}");
        return null;
    }
}
