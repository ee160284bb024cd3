using System.Diagnostics;

namespace Shipper.EndToEnd.Tests.Support;

/// <summary>Debian's logrotate, told to rotate one file whenever it is run.</summary>
internal sealed class Logrotate
{
    private const string Program = "/usr/sbin/logrotate";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    // The clock that logrotate reads is a tick or more behind.
    private static readonly TimeSpan OwnSecond = TimeSpan.FromSeconds(1.25);

    private readonly string _configuration;
    private readonly string _state;
    private readonly string _reopen;
    private DateTimeOffset _last;

    /// <summary>Writes its configuration.</summary>
    /// <param name="directory">Where configuration and state go.</param>
    /// <param name="log">The file it rotates.</param>
    /// <param name="directives">How, for example <c>copytruncate</c>; a line each.</param>
    public Logrotate(TemporaryDirectory directory, string log, string directives)
    {
        _configuration = directory.At("logrotate.conf");
        _state = directory.At("logrotate.state");
        _reopen = directory.At("reopen");

        // Nothing is ever deleted: what is missing in the end was lost by the shipper.
        File.WriteAllText(_configuration, $$"""
            "{{log}}" {
              rotate 1000
              size 1
              {{directives}}
              postrotate
                test ! -e "{{_reopen}}.ask" || mv "{{_reopen}}.ask" "{{_reopen}}"
                while test -e "{{_reopen}}"; do sleep 0.01; done
              endscript
            }

            """);
    }

    /// <summary>Skips the test, visibly, where logrotate is absent.</summary>
    public static void Require() => Assert.SkipUnless(File.Exists(Program), "logrotate is not here.");

    /// <summary>Rotates now; returns when it has.</summary>
    public void Run()
    {
        using var process = Start();
        process.WaitForExit();
        Check(process);
        _last = DateTimeOffset.UtcNow;
    }

    /// <summary>Returns in a second in which it has not rotated yet: a name dated to the second can be given only once.</summary>
    public async Task SecondOfItsOwnAsync()
    {
        while (DateTimeOffset.UtcNow - _last is var age && age < OwnSecond)
        {
            await Task.Delay(OwnSecond - age);
        }
    }

    /// <summary>
    /// Rotates while <paramref name="writer"/> goes on writing, until logrotate's own script asks it to open its log anew,
    /// as a daemon is asked by a signal: after the rename and before any compression.
    /// </summary>
    public async Task RunAsync(LineWriter writer)
    {
        await File.WriteAllTextAsync(_reopen + ".ask", "");
        using var process = Start();
        while (!process.HasExited)
        {
            if (File.Exists(_reopen))
            {
                writer.Reopen(() => { });
                File.Delete(_reopen);
            }

            await Task.Delay(Pause);
        }

        await process.WaitForExitAsync();
        Check(process);
        Assert.False(File.Exists(_reopen + ".ask"), "logrotate rotated nothing");
    }

    private Process Start() =>
        Process.Start(new ProcessStartInfo(Program, ["--force", "--state", _state, _configuration]) { RedirectStandardError = true })!;

    private static void Check(Process process)
    {
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.ExitCode == 0, $"logrotate ended with {process.ExitCode}: {error}");
    }
}
