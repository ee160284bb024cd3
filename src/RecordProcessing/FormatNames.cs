namespace Shipper.RecordProcessing;

/// <summary>The fields of the formats that have fixed ones.</summary>
internal static class FormatNames
{
    private static readonly string[] Common = ["host", "ident", "authuser", "datetime", "request", "response", "bytes"];
    private static readonly string[] Combined = [.. Common, "referer", "agent"];
    private static readonly string[] Error = ["timestamp", "module", "severity", "processid", "threadid", "client", "message"];
    private static readonly string[] AgentSyslog = ["timestamp", "hostname", "program", "processid", "message"];
    private static readonly string[] Syslog = ["priority", .. AgentSyslog];

    private static readonly string[] Rfc5424 =
        ["facility", "severity", "timestamp", "hostname", "program", "processid", "messageid", "data", "message"];

    /// <summary>Their names, in the order of the line; null for a format without fixed ones.</summary>
    public static string[]? Of(ProcessingType type, ProcessingCompatibility compatibility) => type switch
    {
        ProcessingType.ApacheCommonToJson => Common,
        ProcessingType.ApacheCombinedToJson => Combined,
        ProcessingType.ApacheErrorToJson => Error,
        ProcessingType.SyslogToJson or ProcessingType.Rfc3339SyslogToJson =>
            compatibility == ProcessingCompatibility.Agent ? AgentSyslog : Syslog,
        ProcessingType.Rfc5424ToJson => Rfc5424,
        _ => null,
    };
}
