using Shipper.TailShipper.Streams;
using Shipper.TailShipper.Tailing.Discovery;
using Shipper.TailShipper.Tailing.FileSystem;
using Shipper.TailShipper.Tailing.FileSystem.Platform;
using Shipper.TailShipper.Tests.Simulation;
using Xunit;

namespace Shipper.TailShipper.Tests.Tailing;

public sealed class PatternScanTests
{
    private readonly SimulatedDisk _disk = new(new SimulatedClock());

    [Fact]
    public void A_directory_that_cannot_be_listed_makes_what_lies_below_unknown_and_nothing_else()
    {
        _disk.Create("/logs/a/app.log");
        _disk.Create("/logs/b/app.log");
        _disk.Fault = (operation, path) => operation == DiskOperation.List && path == "/logs/a" ? "Permission denied" : null;

        var snapshot = Scan("/logs/*/*.log");

        Assert.Equal(["/logs/b/app.log"], snapshot.Files.Keys);
        Assert.Equal("Permission denied", snapshot.Unavailable["/logs/a"]);
        Assert.True(snapshot.IsUnknown("/logs/a/app.log"));
        Assert.True(snapshot.IsUnknown("/logs/a/deeper/app.log"));
        Assert.False(snapshot.IsUnknown("/logs/b/app.log"));
        Assert.False(snapshot.IsUnknown("/logs/aa/app.log"));
    }

    [Fact]
    public void A_doubled_slash_in_a_pattern_does_not_hide_that_a_path_is_unknown()
    {
        _disk.Create("/var/logs/app.log");
        _disk.Fault = (operation, _) => operation == DiskOperation.List ? "Too many open files" : null;

        Assert.True(Scan("/var//logs/*.log").IsUnknown("/var/logs/app.log"));
    }

    [Fact]
    public void A_file_that_cannot_be_looked_at_is_unknown_and_a_missing_one_is_not()
    {
        _disk.Create("/logs/app.log");
        _disk.Fault = (operation, path) => operation == DiskOperation.PathStat && path == "/logs/app.log" ? "Too many open files" : null;

        var snapshot = Scan("/logs/{app,gone}.log");

        Assert.True(snapshot.IsUnknown("/logs/app.log"));
        Assert.False(snapshot.IsUnknown("/logs/gone.log"));
        Assert.Empty(snapshot.Files);
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".bz2")]
    [InlineData(".zip")]
    [InlineData(".xz")]
    [InlineData(".ZST")]
    public void Compressed_siblings_are_not_tailed(string ending)
    {
        _disk.Create("/logs/app.log.1" + ending);
        _disk.Create("/logs/app.log.2");

        Assert.Equal(["/logs/app.log.2"], Scan("/logs/app.log*").Files.Keys);
    }

    [Fact]
    public void Directories_are_no_files_and_files_are_no_directories()
    {
        _disk.MakeDirectory("/logs/dir.log");
        _disk.Create("/logs/file");

        Assert.Empty(Scan("/logs/*.log").Files);
        Assert.Empty(Scan("/logs/dir.log").Files);
        Assert.Empty(Scan("/logs/file/*.log").Files);
    }

    [Fact]
    public void Two_names_of_one_file_lead_to_it_both()
    {
        var inode = _disk.Create("/logs/a.log");
        _disk.Link("/logs/a.log", "/logs/b.log");

        var snapshot = Scan("/logs/*.log");

        Assert.True(snapshot.Leads("/logs/a.log", inode.Id));
        Assert.True(snapshot.Leads("/logs/b.log", inode.Id));
        Assert.Equal("/logs/a.log", snapshot.PathOf(inode.Id));
    }

    [Fact]
    public void Another_scan_in_the_place_of_the_last_knows_what_is_there_now_and_nothing_else()
    {
        var scan = new PatternScan(_disk, PathPattern.Parse("/logs/*.log"));
        var (stays, moves, goes) = (_disk.Create("/logs/stays.log"), _disk.Create("/logs/moves.log"), _disk.Create("/logs/goes.log"));
        var snapshot = scan.Run();
        _disk.Append("/logs/stays.log", "more\n");
        _disk.Rename("/logs/moves.log", "/logs/moved.log");
        var comes = _disk.Create("/logs/moves.log");
        _disk.Delete("/logs/goes.log");

        snapshot = scan.Run(snapshot);

        Assert.Equal(["/logs/moved.log", "/logs/moves.log", "/logs/stays.log"], snapshot.Files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(5, snapshot.Files["/logs/stays.log"].Size);
        Assert.Equal("/logs/stays.log", snapshot.PathOf(stays.Id));
        Assert.Equal("/logs/moved.log", snapshot.PathOf(moves.Id));
        Assert.Equal("/logs/moves.log", snapshot.PathOf(comes.Id));
        Assert.Null(snapshot.PathOf(goes.Id));
        Assert.Null(snapshot.FileAt("/logs/goes.log"));
        Assert.False(snapshot.Leads("/logs/moves.log", moves.Id));
    }

    [Fact]
    public void Of_two_names_of_one_file_the_one_that_is_left_leads_to_it()
    {
        var scan = new PatternScan(_disk, PathPattern.Parse("/logs/*.log"));
        var inode = _disk.Create("/logs/a.log");
        _disk.Link("/logs/a.log", "/logs/b.log");
        var snapshot = scan.Run();
        foreach (var name in new[] { "/logs/a.log", "/logs/b.log" })
        {
            var other = name == "/logs/a.log" ? "/logs/b.log" : "/logs/a.log";
            _disk.Delete(name);
            snapshot = scan.Run(snapshot);
            Assert.Equal(other, snapshot.PathOf(inode.Id));
            Assert.Equal([other], snapshot.Files.Keys);
            _disk.Link(other, name);
            snapshot = scan.Run(snapshot);
            Assert.Equal("/logs/a.log", snapshot.PathOf(inode.Id));
            Assert.Equal(2, snapshot.Files.Count);
        }
    }

    [Fact]
    public void A_path_seen_before_is_not_made_anew()
    {
        var directory = Directory.CreateTempSubdirectory("shipper-").FullName;
        try
        {
            var (known, gone) = ($"{directory}/größe.log", $"{directory}/gone.log");
            File.WriteAllText(known, "");
            File.WriteAllText($"{directory}/{new string('n', 251)}.log", "");
            var scan = new PatternScan(new PhysicalFileSystem(), PathPattern.Parse($"{directory}/*.log"));
            var snapshot = scan.Run(ScanSnapshot.Expecting([known, gone]));

            var paths = snapshot.Files.Keys.ToArray();
            Assert.Equal([known, $"{directory}/{new string('n', 251)}.log"], paths.OrderByDescending(path => path == known));
            Assert.Contains(paths, path => ReferenceEquals(path, known));
            Assert.Null(snapshot.Known(gone));

            snapshot = scan.Run(snapshot);
            Assert.Equal(2, snapshot.Files.Count);
            Assert.All(snapshot.Files.Keys, path => Assert.Contains(paths, before => ReferenceEquals(before, path)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void Tables_keep_little_room_once_most_files_are_gone()
    {
        var scan = new PatternScan(_disk, PathPattern.Parse("/logs/*.log"));
        for (var file = 0; file < 3000; file++)
        {
            _disk.Create($"/logs/{file}.log");
        }

        var snapshot = scan.Run();
        Assert.InRange(((Dictionary<string, FileStat>)snapshot.Files).Capacity, 3000, 3750);
        for (var file = 100; file < 3000; file++)
        {
            _disk.Delete($"/logs/{file}.log");
        }

        snapshot = scan.Run(snapshot);
        Assert.Equal(100, snapshot.Files.Count);
        Assert.InRange(((Dictionary<string, FileStat>)snapshot.Files).Capacity, 100, 200);
    }

    private ScanSnapshot Scan(string pattern) => new PatternScan(_disk, PathPattern.Parse(pattern)).Run();
}
