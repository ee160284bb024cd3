using Xunit;

namespace Shipper.RecordProcessing.Tests;

/// <summary>Apache's and syslog's lines, with what the agent gets wrong.</summary>
public sealed class LogFormatTests
{
    private const string When = "[04/Mar/2026:05:06:07 +0000]";

    [Theory]
    [InlineData("192.0.2.1 - - " + When + " \"GET / HTTP/1.1\" 200 1234", "192.0.2.1", null, "GET / HTTP/1.1", "1234")]
    [InlineData("2001:db8::1 - - " + When + " \"GET / HTTP/1.1\" 200 1234", "2001:db8::1", null, "GET / HTTP/1.1", "1234")]
    [InlineData("203.0.113.7, 192.0.2.1 - - " + When + " \"GET / HTTP/1.1\" 200 1234 ",
        "203.0.113.7, 192.0.2.1", null, "GET / HTTP/1.1", "1234")]
    [InlineData("h - a b@c " + When + " \"GET / HTTP/1.1\" 200 -", "h", "a b@c", "GET / HTTP/1.1", null)]
    [InlineData("h - DOMAIN\\u " + When + " \"GET /?q=\\\"x\\\" HTTP/1.1\" 200 1", "h", "DOMAIN\\u", "GET /?q=\"x\" HTTP/1.1", "1")]
    [InlineData("h - u " + When + " \"GET /Gr\\xc3\\xb6\\xC3\\x9Fe\\\\\" 200 1", "h", "u", "GET /Größe\\", "1")]
    [InlineData("h - u " + When + " \"\" 200 1", "h", "u", "", "1")]
    [InlineData("h - u " + When + " \"-\" 408 0", "h", "u", null, "0")]
    public void A_common_line_becomes_an_object(string line, string host, string? user, string? request, string? bytes)
    {
        var json = Parse(Chains.Of(Format(ProcessingType.ApacheCommonToJson)).Run(line + "\r\n"));
        Assert.Equal(host, json["host"]);
        Assert.Null(json["ident"]);
        Assert.Equal(user, json["authuser"]);
        Assert.Equal("04/Mar/2026:05:06:07 +0000", json["datetime"]);
        Assert.Equal(request, json["request"]);
        Assert.Equal(bytes, json["bytes"]);
    }

    [Theory]
    [InlineData("not an access log")]
    [InlineData("h - u " + When + " \"GET /")]
    [InlineData("h - u " + When + " \"GET /\" 200")]
    [InlineData("h - u " + When + " \"GET /\" 200 12ms")]
    [InlineData("h - u " + When + " \"GET /\" 200 12 \"-\" \"-\"")]
    [InlineData("h - u " + When + " \"GET /\\")]
    [InlineData("")]
    public void A_line_of_another_format_is_kept(string line)
    {
        var chain = Chains.Of(Format(ProcessingType.ApacheCommonToJson));
        Assert.Equal(line + "\n", chain.Run(line + "\n"));
        Assert.Equal(1, chain.Counts[0].Unmatched);
    }

    [Fact]
    public void A_combined_line_has_referer_and_agent_and_typed_numbers()
    {
        var options = Format(ProcessingType.ApacheCombinedToJson);
        options.Numbers = ["response", "bytes"];
        var line = "h - - " + When + " \"GET / HTTP/1.1\" 200 - \"\" \"Bot \\\"q\\\" \\x5B1]\"\n";
        Assert.Equal(
            """{"host":"h","ident":null,"authuser":null,"datetime":"04/Mar/2026:05:06:07 +0000","request":"GET / HTTP/1.1",""" + ""
            + """
            "response":200,"bytes":null,"referer":"","agent":"Bot \"q\" [1]"}

            """,
            Chains.Of(options).Run(line));
    }

    [Theory]
    [InlineData("[core:error] [pid 12:tid 140] [client 192.0.2.1:5678] AH1: x", "core", "error", "12", "140", "192.0.2.1:5678", "AH1: x")]
    [InlineData("[:error] [pid 12] [client 2001:db8::1:56] x", null, "error", "12", null, "2001:db8::1:56", "x")]
    [InlineData("[proxy-http:warn] [pid 12] [client [2001:db8::1]:56] x", "proxy-http", "warn", "12", null, "[2001:db8::1]:56", "x")]
    [InlineData("[mpm_event:notice] [pid 1:tid 2] AH2: started", "mpm_event", "notice", "1", "2", null, "AH2: started")]
    [InlineData("[error] [client 192.0.2.1] [x] y", null, "error", null, null, "192.0.2.1", "[x] y")]
    [InlineData("[core:error] [pid 12] [remote 192.0.2.1:1] x", "core", "error", "12", null, "192.0.2.1:1", "x")]
    public void A_line_of_the_error_log_becomes_an_object(
        string line, string? module, string severity, string? process, string? thread, string? client, string message)
    {
        var json = Parse(Chains.Of(Format(ProcessingType.ApacheErrorToJson)).Run($"[Wed Mar  4 05:06:07.1 2026] {line}\n"));
        Assert.Equal(
            ["Wed Mar  4 05:06:07.1 2026", module, severity, process, thread, client, message],
            new[] { "timestamp", "module", "severity", "processid", "threadid", "client", "message" }.Select(name => json[name]));
    }

    [Theory]
    [InlineData("Mar  4 05:06:07 host1 sshd[12]: hi", null, "host1", "sshd", "12", "hi")]
    [InlineData("<134>Mar 14 5:06:07.123 host1 cron: hi", "134", "host1", "cron", null, "hi")]
    [InlineData("Mar  4 05:06:07 2001:db8::1 sshd(pam_unix)[4]: hi", null, "2001:db8::1", "sshd(pam_unix)", "4", "hi")]
    [InlineData("Mar  4 05:06:07 host1 getty@tty1[main]:tight", null, "host1", "getty@tty1", "main", "tight")]
    [InlineData("Mar  4 05:06:07 host1 app[4]:", null, "host1", "app", "4", "")]
    [InlineData("Mar  4 05:06:07 host1 last message repeated 3 times", null, "host1", null, null, "last message repeated 3 times")]
    [InlineData("mar  4 05:06:07 app[4]: no host", null, null, "app", "4", "no host")]
    public void A_line_of_syslog_becomes_an_object(
        string line, string? priority, string? host, string? program, string? process, string message)
    {
        Compare(ProcessingType.SyslogToJson, line, priority, host, program, process, message);
        var start = line.IndexOf("ar ", StringComparison.Ordinal) - 1;
        var end = line.IndexOf(' ', line.IndexOf(':', StringComparison.Ordinal));
        var other = line[..start] + "2026-03-04T05:06:07.123456+00:00" + line[end..];
        Compare(ProcessingType.Rfc3339SyslogToJson, other, priority, host, program, process, message);
    }

    [Theory]
    [InlineData("Foo  4 05:06:07 host1 app: x")]
    [InlineData("Mar 123 05:06:07 host1 app: x")]
    [InlineData("Mar 4 today host1 app: x")]
    [InlineData("<x>Mar  4 05:06:07 host1 app: x")]
    [InlineData("2026-03-04 05:06:07 host1 app: x")]
    [InlineData("at java.lang")]
    public void Another_line_is_not_taken_for_syslog(string line)
    {
        Assert.Equal(line + "\n", Chains.Of(Format(ProcessingType.SyslogToJson)).Run(line + "\n"));
        Assert.Equal(line + "\n", Chains.Of(Format(ProcessingType.Rfc3339SyslogToJson)).Run(line + "\n"));
    }

    // The first and third are examples of RFC 5424, section 6.5, shortened.
    [Theory]
    [InlineData(
        "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed",
        """["4","2","2003-10-11T22:14:15.003Z","mymachine.example.com","su",null,"ID47",null,"'su root' failed"]""")]
    [InlineData("1 - - - - - -", "[null,null,null,null,null,null,null,null,null]")]
    [InlineData(
        "<165>1 2003-10-11T22:14:15Z h p 7 ID47 [a@1 iut=\"3\" s=\"x\\\"\\]\\\\ \\n\"][b c=\"\"][d] text",
        """["20","5","2003-10-11T22:14:15Z","h","p","7","ID47",{"a@1":{"iut":"3","s":"x\"]\\ \\n"},"b":{"c":""},"d":{}},"text"]""")]
    public void A_line_of_RFC_5424_becomes_an_object(string line, string values)
    {
        using var document = System.Text.Json.JsonDocument.Parse(Chains.Of(Format(ProcessingType.Rfc5424ToJson)).Run(line + "\n")!);
        var members = document.RootElement.EnumerateObject().ToList();
        Assert.Equal(
            ["facility", "severity", "timestamp", "hostname", "program", "processid", "messageid", "data", "message"],
            members.Select(member => member.Name));
        Assert.Equal(values, $"[{string.Join(',', members.Select(member => member.Value.GetRawText()))}]");
    }

    [Theory]
    [InlineData("<999>1 - - - - - - x")]
    [InlineData("<34>2 - - - - - - x")]
    [InlineData("<34>1 - - - - - [a b=\"c] x")]
    [InlineData("<34>1 - - - - - [a b] x")]
    [InlineData("<34>1 - - - - - [a")]
    [InlineData("<34>1 - - - - - x y")]
    [InlineData("<34>1 - - -")]
    public void Another_line_is_not_taken_for_RFC_5424(string line) =>
        Assert.Equal(line + "\n", Chains.Of(Format(ProcessingType.Rfc5424ToJson)).Run(line + "\n"));

    private static ProcessingOptions Format(ProcessingType type) => new() { Type = type };

    private static void Compare(
        ProcessingType type, string line, string? priority, string? host, string? program, string? process, string message)
    {
        var json = Parse(Chains.Of(Format(type)).Run(line + "\n"));
        Assert.Equal([priority, host, program, process, message],
            new[] { "priority", "hostname", "program", "processid", "message" }.Select(name => json[name]));
        Assert.Contains(json["timestamp"]!, line, StringComparison.Ordinal);
    }

    private static Dictionary<string, string?> Parse(string? json)
    {
        using var document = System.Text.Json.JsonDocument.Parse(json!);
        return document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString());
    }
}
