using System.Diagnostics;
using System.Globalization;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>One of our executables as a real process, with what it printed. Ends with the test.</summary>
internal class ServiceProcess : IDisposable
{
    private const int KeptLines = 80;

    // Where published programs lie, to be tested instead of those that were built beside the tests: what users get, and quicker to start.
    private static readonly string? Published = Environment.GetEnvironmentVariable("SHIPPER_PROGRAMS");

    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly List<string> _error = [];

    /// <summary>Starts <paramref name="program"/>: the published one where there is one, else that in the test's own folder.</summary>
    /// <param name="program">The executable's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables besides the usual ones; null removes one.</param>
    /// <param name="user">The user to become before it starts; null for this one.</param>
    /// <param name="before">A program and arguments that become it, such as a tracer; null for none.</param>
    /// <param name="descriptors">Limit on file descriptors; null for this process's.</param>
    public ServiceProcess(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, uint? user = null,
        IReadOnlyList<string>? before = null, int? descriptors = null)
    {
        Program = program;
        before ??= user is not null ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"]
            : descriptors is not null ? ["bash", "-c", $"ulimit -n {descriptors}; exec \"$0\" \"$@\""] : [];
        // A job in the background of a script inherits an ignored SIGINT, one of nohup an ignored SIGHUP; what inherits that goes on
        // ignoring it.
        var start = new ProcessStartInfo("env", ["--default-signal=HUP,INT,QUIT", .. before, PathOf(program), .. arguments]);
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        Isolate(start.Environment);
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_error, line.Data);
        _process.Start();
        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>True where published programs are tested, which are native.</summary>
    public static bool ArePublished => Published is not null;

    public string Program { get; }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Everything on standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>Everything on standard error so far.</summary>
    public string Error => Text(_error);

    /// <summary>The largest resident size until now, in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            var line = File.ReadLines($"/proc/{Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
    }

    /// <summary>The end of what it said, for a failure's message.</summary>
    public string Evidence()
    {
        var lines = Error.Split('\n');
        var state = HasExited ? $"ended with {_process.ExitCode}" : "running";
        return $"--- {Program} ({Id}, {state})\n{string.Join('\n', lines.Skip(Math.Max(0, lines.Length - KeptLines)))}";
    }

    public void Signal(int signal) => Posix.Send(Id, signal);

    /// <summary>Kills it as a crash would, and waits until it is gone.</summary>
    public async Task<int> CrashAsync()
    {
        Signal(Posix.Kill);
        return await ExitAsync();
    }

    /// <summary>Asks it to stop, and waits until it has.</summary>
    public async Task<int> StopAsync()
    {
        Signal(Posix.Terminate);
        return await ExitAsync();
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Eventually.Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"{Program} did not end\n{Evidence()}");
        }

        return _process.ExitCode;
    }

    /// <summary>Waits until standard error holds <paramref name="text"/>, <paramref name="times"/> times.</summary>
    public Task SaysAsync(string text, int times = 1) => Eventually.TrueAsync(
        $"{Program} says \"{text}\"{(times == 1 ? "" : $" {times} times")}",
        () => Said(text) >= times
            || (HasExited && Said(text) < times
                ? throw new Xunit.Sdk.XunitException($"{Program} ended before it said \"{text}\"\n{Evidence()}") : false),
        Evidence);

    /// <summary>How often standard error holds <paramref name="text"/> so far.</summary>
    public int Said(string text) => Error.Split(text).Length - 1;

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string PathOf(string program) =>
        Published is not null && Path.Join(Published, program) is var path && File.Exists(path) ? path : Path.Join(
            AppContext.BaseDirectory, program);

    // Nothing of the machine's own AWS setup, and no setting of ours, may reach the process.
    private static void Isolate(IDictionary<string, string?> environment)
    {
        string[] ours = [
            "AWS_",
            "Shipper__",
            "Generator__",
            "LocalFirehose__",
            "Serilog__",
            "STATE_DIRECTORY",
            "LOGS_DIRECTORY",
            "CONFIGURATION_DIRECTORY",
            "CREDENTIALS_DIRECTORY",
            "RUNTIME_DIRECTORY",
            "OTEL_",
            "JOURNAL_STREAM",
            "NOTIFY_SOCKET",
            "WATCHDOG_",
            "DOTNET_gc"];
        foreach (var name in environment.Keys.Where(name =>
            Array.Exists(ours, ours => name.StartsWith(ours, StringComparison.OrdinalIgnoreCase))).ToList())
        {
            environment.Remove(name);
        }

        environment["AWS_ACCESS_KEY_ID"] = "local";
        environment["AWS_SECRET_ACCESS_KEY"] = "local-secret";
        environment["AWS_REGION"] = "eu-west-1";
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["AWS_CONFIG_FILE"] = "/dev/null";
        environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
    }

    private static void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static string Text(List<string> lines)
    {
        lock (lines)
        {
            return string.Join('\n', lines);
        }
    }
}
