using Shipper.Foundation.Hosting.Help;

namespace Shipper.TailShipper.Commands.Shared;

/// <summary>What the help says of the program as a whole; docs/man is made of it, too.</summary>
internal static class ShipperHelp
{
    /// <summary>Shared by every command that reads the configuration.</summary>
    public static readonly HelpEntry Unusable = new(
        "78", "the configuration cannot be used: each problem is named with key, value, reason and fix");

    /// <summary>Of the commands that ask a running service.</summary>
    public static readonly HelpSection StatusExitCodes = HelpSection.ExitCodes(
        new("0", "it runs and all is well"),
        new("1", "it runs, but is degraded, starting or stopping"),
        new("2", "it does not run, does not answer, or this user may not ask"),
        Unusable);

    /// <summary>From nothing to a running service.</summary>
    public static readonly HelpSection Examples = HelpSection.Examples(
        new("tailshipper check --config /etc/tailshipper/appsettings.json", "is the configuration right, and what would each flow do?"),
        new("tailshipper run --config orders.json --set Shipper:Aws:Region=eu-west-1", "ship until Ctrl-C"),
        new("tailshipper status", "how is the service, and if it is not well, why and what to do?"),
        new("tailshipper explain /var/log/orders/app.log", "why is this file not shipped?"),
        new(
            "tailshipper shipped --wait 60s /var/log/orders/app.log.1 && rm /var/log/orders/app.log.1",
            "delete a file only when every byte of it is acknowledged"),
        new("tailshipper replay --flow orders --since 2026-11-21T06:00:00Z", "ship again what was acknowledged since then"));

    /// <summary>The layers of the configuration.</summary>
    public static readonly HelpSection Configuration = HelpSection.Configuration(
        "Later layers replace single keys of earlier ones; a --config file that has Shipper:Flows replaces the whole list of flows:",
        "Shipper__Aws__Region=eu-west-1",
        "The least that must be set: Shipper:Flows:0:Name, Shipper:Flows:0:Paths:0 (absolute, with wildcards), "
        + "Shipper:Flows:0:DeliveryStream or KinesisStream, and a region. Unknown keys are errors.",
        [
            "the files: each --config FILE, in the order given; without any, those that the installed service is started with (the unit "
            + "tailshipper.service with its drop-ins; on Windows the service's command line), else "
            + "/etc/tailshipper/appsettings.json (ProgramData\\tailshipper on Windows). Root takes only files that root owns and nobody "
            + "else can write, unless --config names them",
        ]);

    /// <summary>What it reads and writes.</summary>
    public static readonly HelpSection Files = new(
        "Files",
        new HelpEntry("/etc/tailshipper/appsettings.json", "the configuration, unless --config or the installed unit names another"),
        new HelpEntry(
            "STATE/checkpoints.*",
            "how far each file is. STATE is Shipper:StateDirectory, else STATE_DIRECTORY, else /var/lib/tailshipper "
            + "(ProgramData\\tailshipper on Windows): back it up, never share it"),
        new HelpEntry("STATE/flows.json", "the flows that the checkpoints are of: shipped and deadletters resend compare theirs"),
        new HelpEntry("STATE/dead-letters/", "what could not be delivered, with the reason"),
        new HelpEntry("STATE/id", "a random id, part of the provenance of records"),
        new HelpEntry("STATE/learnt-pace.json", "the learned pace of each stream; may be deleted"),
        new HelpEntry("STATE/shipper.lock", "held by the one process that may use STATE"),
        new HelpEntry("LOGS/tailshipper*.log", "its log. LOGS is LOGS_DIRECTORY, else STATE; Shipper:Log:Path names another file"),
        new HelpEntry(
            "LOGS/metrics*.log",
            "one JSON line for each flow and interval, in CloudWatch's Embedded Metric Format; Shipper:Metrics:Path"),
        new HelpEntry(
            "RUN/tailshipper.sock",
            "where status, top and loglevel ask, and /healthz, /readyz, /metrics are served. RUN is RUNTIME_DIRECTORY, else STATE; "
            + "Shipper:Endpoint:Socket"));

    /// <summary>The variables that it reads.</summary>
    public static readonly HelpSection Environment = HelpSection.Environment(
        new HelpEntry("Shipper__KEY__KEY", "a setting, as --set Shipper:KEY:KEY; Serilog__… likewise"),
        new HelpEntry("AWS_REGION, AWS_DEFAULT_REGION", "where the streams are, unless Shipper:Aws:Region says so"),
        new HelpEntry(
            "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
            "credentials; without them the AWS SDK's other places: profile, single sign-on, container, instance role"),
        new HelpEntry("AWS_PROFILE, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE", "which profile, of which files"),
        new HelpEntry(
            "AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_FIREHOSE, AWS_ENDPOINT_URL_KINESIS",
            "a custom endpoint of the service; AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true ignores them"),
        new HelpEntry("AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT", "true: use FIPS or dual-stack endpoints"),
        new HelpEntry(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT", "where the metadata of the instance are, instead of 169.254.169.254"),
        new HelpEntry("AWS_CA_BUNDLE", "a PEM file of certificate authorities, instead of the system's"),
        new HelpEntry(
            "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY",
            "a proxy, and the hosts that are reached without it; in lower case too"),
        new HelpEntry(
            "OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
            "a collector for metrics; the variables of the protocol, headers, timeout and compression are used, too, "
            + "OTEL_EXPORTER_OTLP_METRICS_… before OTEL_EXPORTER_OTLP_…, and OTEL_METRIC_EXPORT_INTERVAL"),
        new HelpEntry(
            "LC_ALL, LC_CTYPE, LANG",
            "where the locale is not UTF-8 screens are drawn with ASCII; NO_COLOR draws them without color"),
        new HelpEntry("CONFIGURATION_DIRECTORY, STATE_DIRECTORY, LOGS_DIRECTORY, RUNTIME_DIRECTORY", "set by systemd: see Files"),
        new HelpEntry(
            "CREDENTIALS_DIRECTORY",
            "set by systemd: its file aws-credentials is the shared credentials file, unless AWS_SHARED_CREDENTIALS_FILE names another"));

    /// <summary>The signals of the service.</summary>
    public static readonly HelpSection Signals = new(
        "Signals",
        new HelpEntry(
            "SIGTERM, SIGINT, SIGQUIT",
            "stop reading, send what was read (at most Shipper:ShutdownTimeout, 25 s), write the last checkpoint, end with 0. A second "
            + "one ends at once and loses nothing"),
        new HelpEntry(
            "SIGHUP",
            "read the configuration again while shipping continues; a configuration that cannot be used changes nothing"));

    /// <summary>The exit codes of the service.</summary>
    public static readonly HelpSection ExitCodes = HelpSection.ExitCodes(
        new("0", "stopped as asked"),
        new("1", "a fault; a restart may cure it"),
        new("2", "the command line was not understood"),
        new("75", "another instance holds the state directory"),
        new("78", "the configuration or the checkpoints cannot be used, or fewer than 256 files may be open: a restart does not help"),
        new("130, 131, 143", "a second SIGINT, SIGQUIT or SIGTERM ended it at once"));

    /// <summary>Where more is documented.</summary>
    public static readonly HelpSection More = new(
        "More",
        new HelpEntry(
            "",
            "tailshipper COMMAND --help shows a command's own options and exit codes. Every setting, and every message with what to do: "
            + "configuration.md, operations.md and runbook.md, in /usr/share/doc/tailshipper where a package installed it."));
}
