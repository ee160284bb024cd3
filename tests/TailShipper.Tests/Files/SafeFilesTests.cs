using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Shipper.Foundation.Files;
using Shipper.Foundation.Hosting;
using Shipper.Foundation.Logging;
using Shipper.TailShipper.Checkpoints;
using Shipper.TailShipper.Checkpoints.Replay;
using Shipper.TailShipper.Configuration;
using Shipper.TailShipper.DeadLetters;
using Shipper.TailShipper.Diagnostics.Endpoint;
using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tests.Support;
using Xunit;

namespace Shipper.TailShipper.Tests.Files;

/// <summary>What the owner of a directory puts there does not turn those who write into it, root least of all.</summary>
public sealed partial class SafeFilesTests : IDisposable
{
    private const string Precious = "precious\n";

    private readonly string _root = Directory.CreateTempSubdirectory("safe-").FullName;
    private readonly string _state;
    private readonly string _victim;

    public SafeFilesTests()
    {
        _state = Path.Join(_root, "state");
        _victim = Path.Join(_root, "victim");
        Directory.CreateDirectory(_state);
        File.WriteAllText(_victim, Precious);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_victim, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(_root, PrivateFiles.DirectoryMode | UnixFileMode.OtherExecute); // nobody gets to what it owns
        }
    }

    private ShipperOptions Options => new() { StateDirectory = _state };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static TheoryData<string, string> Everywhere()
    {
        var all = new TheoryData<string, string>();
        foreach (var kind in (string[])["link", "dangling", "hard link", "pipe"])
        {
            foreach (var name in (string[])
                [InstanceLock.FileName, "endpoint", "endpoint.tmp", "orders-20260102.jsonl", "checkpoints.1.journal"])
            {
                all.Add(kind, name);
            }
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void Nothing_is_written_through_a_name_that_is_there(string kind, string name)
    {
        Neighbor.Needed();
        var path = Path.Join(_state, name);
        Place(kind, path);
        WriteAll();
        Assert.Equal(Precious, File.ReadAllText(_victim));
        Assert.False(File.Exists(_victim + ".new"));
    }

    [Fact]
    public void Root_acts_in_a_directory_with_the_rights_of_its_owner()
    {
        Neighbor.Needed(asRoot: true);
        Neighbor.Own(_state);
        WriteAll();
        SafeFiles.Probe(_state);

        Assert.All(Directory.EnumerateFileSystemEntries(_state), path =>
            Assert.Equal(Neighbor.Nobody, OperatingSystem.IsLinux() ? LinuxCalls.OwnerOf(path)!.Value.User : 0));
        Neighbor.HardLink(_victim, Path.Join(_state, "same"));
        Assert.Throws<UnauthorizedAccessException>(() => SafeFiles.OpenToRead(Path.Join(_state, "same")));
        Assert.Equal(Precious, File.ReadAllText(_victim)); // this thread has its rights back
    }

    [Theory]
    [InlineData(ReplayRequests.DirectoryName)]
    [InlineData("dead-letters")]
    public void A_directory_that_became_a_link_leads_root_nowhere(string name)
    {
        Neighbor.Needed(asRoot: true);
        Neighbor.Own(_state);
        var elsewhere = Directory.CreateDirectory(Path.Join(_root, "root-only")).FullName;
        var link = Path.Join(_state, name);
        Directory.CreateSymbolicLink(link, elsewhere);
        Neighbor.Own(link);
        Swallow(() => new ReplayRequests(new PhysicalStateDirectory(_state), TimeProvider.System, NullLogger<ReplayRequests>.Instance)
            .Submit(new ReplayRequest { Flow = "orders", Kind = ReplayKind.FromStart }));
        Swallow(() => ResentDeadLetters.Load(Path.Join(_state, "dead-letters")).Begin(TimeProvider.System.GetUtcNow()));
        Swallow(() => FileLock.TryAcquire(
            Path.Join(_state, "dead-letters", "resend.lock"), FileAccess.Read, FileShare.ReadWrite)?.Dispose());
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
    }

    [Theory]
    [InlineData("link")]
    [InlineData("dangling")]
    [InlineData("pipe")]
    public void A_log_file_of_root_is_opened_as_the_owner_of_its_directory(string kind)
    {
        Neighbor.Needed(asRoot: true);
        Neighbor.Own(_state);
        var log = Path.Join(_state, "some.log");
        if (kind != "pipe")
        {
            Place(kind, log);
        }

        using (var sink = new AsDirectoryOwner(log, file => Serilog.FileLoggerConfigurationExtensions.File(
            file, log, hooks: new OwnerAndGroupOnly(), formatProvider: System.Globalization.CultureInfo.InvariantCulture)))
        {
            sink.Emit(new Serilog.Events.LogEvent(
                TimeProvider.System.GetUtcNow(), Serilog.Events.LogEventLevel.Error, null,
                new Serilog.Parsing.MessageTemplateParser().Parse("forged"), []));
        }

        Assert.Equal(Precious, File.ReadAllText(_victim));
        Assert.False(File.Exists(_victim + ".new"));
    }

    [Fact]
    public void A_file_of_another_user_in_the_directory_is_refused_with_what_to_do()
    {
        Neighbor.Needed(asRoot: true);
        var path = Path.Join(_state, InstanceLock.FileName);
        File.WriteAllText(path, Precious);
        Neighbor.Own(path);
        var refused = Assert.Throws<StartRefusedException>(() => InstanceLock.Acquire(_state));
        Assert.Equal(ExitCodes.Configuration, refused.ExitCode);
        Assert.Contains(
            $"'{path}' belongs to user {Neighbor.Nobody}, and its directory to user 0. Remove it", refused.Message,
            StringComparison.Ordinal);
        Assert.Equal(Precious, File.ReadAllText(path));
    }

    [Fact]
    public void Only_one_class_opens_files_to_write()
    {
        string[] known = ["SafeFiles.cs", "PrivateFiles.cs"];
        var elsewhere =
            from project in (string[])["Foundation", "TailShipper"]
            from path in Directory.EnumerateFiles(RepositoryFiles.PathOf($"src/{project}"), "*.cs", SearchOption.AllDirectories)
            where !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !known.Contains(Path.GetFileName(path)) && Writes().IsMatch(File.ReadAllText(path))
            select path;
        Assert.Empty(elsewhere);
    }

    [GeneratedRegex(
        @"FileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate)\b|(?<![.\w])File\.(Write|Append|Create|Copy|Replace|OpenWrite)")]
    private static partial Regex Writes();

    private void WriteAll()
    {
        Swallow(() => InstanceLock.Acquire(_state).Dispose());
        Swallow(() => EndpointFile.Write(Options, "/run/tailshipper/tailshipper.sock"));
        Swallow(() => SafeFiles.Probe(_state));
        Swallow(() => PrivateFiles.Replace(Path.Join(_state, "endpoint"), file => file.Write("x"u8)));
        Swallow(() => new PhysicalStateDirectory(_state).Create("checkpoints.1.journal").Dispose());
        Swallow(() => new PhysicalStateDirectory(_state).WriteAtomically(InstanceLock.FileName, "x"u8));
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        using var letters = new DeadLetterFile(
            new DeadLetterDirectory(_state, new DeadLettersOptions(), NullLogger.Instance), "orders", _ => { }, _ => { }, time);
        Swallow(() => letters.Append(new DeadLetter(new StreamId(1), "/a", new ByteSpan(0, 1), "why"), "a\n"u8));
    }

    private void Place(string kind, string path)
    {
        switch (kind)
        {
            case "link":
                File.CreateSymbolicLink(path, _victim);
                break;
            case "dangling":
                File.CreateSymbolicLink(path, _victim + ".new");
                break;
            case "hard link":
                Neighbor.HardLink(_victim, path);
                break;
            default:
                Neighbor.MakePipe(path);
                break;
        }
    }

    private static void Swallow(Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (exception.IsDiskError() || exception is StartRefusedException)
        {
            // Refused, which is right; what matters is what was not written.
        }
    }
}
