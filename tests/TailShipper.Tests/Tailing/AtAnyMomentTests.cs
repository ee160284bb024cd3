using Shipper.TailShipper.Tests.Simulation;
using Shipper.TailShipper.Wire.Records;
using Xunit;
using static Shipper.TailShipper.Tests.Tailing.RotationTests;

namespace Shipper.TailShipper.Tests.Tailing;

/// <summary>A rotation between any two things that the shipper asks of the disk, one after the other.</summary>
public sealed class AtAnyMomentTests
{
    [Fact]
    public void A_copy_that_is_completed_before_its_truncation_at_any_moment_of_the_scan_that_meets_it_is_no_new_stream() =>
        IsNoNewStream(stage => stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 400));

    [Fact]
    public void Nor_is_one_that_was_empty_when_it_was_found() => IsNoNewStream(stage =>
    {
        stage.Disk.Copy("/logs/app.log", "/logs/app.log.1", 0);
        stage.Run(1.1);
    });

    [Fact]
    public void A_copy_begun_before_a_start_and_completed_at_any_moment_of_it_is_no_new_stream() => AtEachMoment(
        () =>
        {
            var stage = Stage("/logs/*app.log");
            stage.Options = stage.Options with { ScanTurn = TimeSpan.Zero };
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 50));
            stage.Start();
            stage.Run(6);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 51, 120));
            stage.Disk.Copy("/logs/app.log", "/logs/1-app.log", 2000);
            return stage;
        },
        stage =>
        {
            stage.Start();
            stage.Run(1.1);
        },
        stage =>
        {
            stage.Disk.ContinueCopy("/logs/app.log", "/logs/1-app.log", long.MaxValue);
            stage.Disk.Truncate("/logs/app.log");
        },
        stage =>
        {
            stage.Run(20);
            ShippedOnce(stage, Lines.Of("a", 1, 120));
        });

    [Fact]
    public void A_line_too_long_for_a_record_is_a_dead_letter_once_although_its_file_is_copied_and_truncated_at_any_moment_of_its_reading()
    {
        const int Length = 9000;
        AtEachMoment(
            () =>
            {
                var stage = Stage("/logs/app.log");
                stage.Options = stage.Options with { Limits = new ServiceLimits(10, 16_000, 4000) };
                stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 20));
                stage.Start();
                stage.Run(2.95);
                stage.Disk.Append("/logs/app.log", new string('x', Length) + "\n" + Lines.Of("a", 21, 30));
                return stage;
            },
            stage => stage.Run(1.1),
            stage => stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1"),
            stage =>
            {
                stage.Run(20);
                Assert.Equal(Length + 1, stage.DeadLetters.Length);
                ShippedOnce(stage, Lines.Of("a", 1, 30));
            });
    }

    [Fact]
    public void What_took_the_place_of_a_file_at_any_moment_of_the_first_look_at_it_is_found_in_its_copy_out_of_the_pattern() =>
        AtEachMoment(
        () =>
        {
            var stage = Stage("/logs/app.log");
            stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
            stage.Disk.Append("/logs/app.log", Lines.Of("old", 1, 200));
            return stage;
        },
        stage =>
        {
            stage.Start();
            stage.Run(1.1);
        },
        stage =>
        {
            stage.Disk.Truncate("/logs/app.log");
            stage.Disk.Append("/logs/app.log", Lines.Of("new", 1, 90));
        },
        stage =>
        {
            stage.Stop();
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
            stage.Firehose.Mood = _ => FirehoseMood.Accept;
            stage.Start();
            stage.Run(30);
            var delivered = stage.Delivered.ToString();
            Assert.Equal(Lines.Sorted(Lines.Of("new", 1, 90)), Lines.Sorted(string.Concat(
                delivered.Split('\n').Where(line => line.StartsWith("new", StringComparison.Ordinal)).Select(line => line + "\n"))));
        });

    [Theory]
    [InlineData(0.5)]
    [InlineData(60)] // long enough that its times before the truncation count as settled
    public void What_is_truncated_at_any_moment_of_a_start_is_found_in_the_copy_that_was_made_before(double seconds) => AtEachMoment(
        () =>
        {
            var stage = Stage("/logs/app.log");
            stage.Firehose.Mood = _ => FirehoseMood.NotConnected;
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 20));
            stage.Start();
            stage.Run(1.1);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 21, 90));
            stage.Run(seconds);
            stage.Disk.Copy("/logs/app.log", "/logs/elsewhere-1");
            stage.Run(0.5);
            stage.Firehose.Mood = _ => FirehoseMood.Accept;
            return stage;
        },
        stage =>
        {
            stage.Start();
            stage.Run(1.1);
        },
        stage => stage.Disk.Truncate("/logs/app.log"),
        stage =>
        {
            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 90));
        });

    [Fact]
    public void What_a_copy_shows_of_a_file_found_empty_is_missed_when_that_is_truncated_at_any_moment_before_its_turn() => AtEachMoment(
        () =>
        {
            var stage = Stage("/logs/app.log*");
            stage.Disk.Append("/logs/app.log", "");
            stage.Start();
            stage.Run(900);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 90));
            stage.Disk.Copy("/logs/app.log", "/logs/app.log.1");
            return stage;
        },
        stage => stage.Run(1.1),
        stage => stage.Disk.Truncate("/logs/app.log"),
        stage =>
        {
            stage.Run(60); // not the ten minutes after which a copy waits for its original no more
            ShippedOnce(stage, Lines.Of("a", 1, 90));
        });

    [Fact]
    public void A_file_that_could_not_be_opened_and_is_moved_at_any_moment_of_a_search_for_another_is_found_where_it_is() => AtEachMoment(
        () =>
        {
            var stage = Stage("/logs/**/*.log*");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 100));
            stage.Disk.Append("/logs/b.log", Lines.Of("b", 1, 100));
            stage.Start();
            stage.Run(6);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 101, 110));
            stage.Disk.CopyTruncate("/logs/b.log", "/logs/old-b");
            stage.Disk.Append("/logs/b.log", Lines.Of("c", 1, 3));
            stage.Disk.MakeDirectory("/logs/old");
            stage.Disk.Fault = (operation, path) =>
                operation == DiskOperation.Open && path == "/logs/app.log" ? "Input/output error" : null;
            return stage;
        },
        stage =>
        {
            stage.Start();
            stage.Run(1.1);
        },
        stage =>
        {
            stage.Disk.Fault = null;
            stage.Disk.Rename("/logs/app.log", "/logs/old/app.log-1");
            stage.Disk.Append("/logs/app.log", Lines.Of("d", 1, 90));
        },
        stage =>
        {
            stage.Run(60);
            ShippedOnce(stage, Lines.Of("a", 1, 110) + Lines.Of("b", 1, 100) + Lines.Of("c", 1, 3) + Lines.Of("d", 1, 90));
        });

    [Fact]
    public void A_rotated_copy_that_is_renamed_at_any_moment_of_the_search_is_not_missed_for_a_backup_made_earlier() => AtEachMoment(
        () =>
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 20));
            stage.Run(3);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 21, 60));
            stage.Disk.Copy("/logs/app.log", "/logs/app.log-backup");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 61, 90));
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/app.log.1");
            stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 10));
            return stage;
        },
        stage =>
        {
            stage.Start();
            stage.Run(1.1);
        },
        stage => stage.Disk.Rename("/logs/app.log.1", "/logs/app.log.2"),
        stage =>
        {
            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 90) + Lines.Of("b", 1, 10));
        });

    [Fact]
    public void The_copy_of_a_file_that_was_written_anew_before_is_shipped_once_wherever_its_truncation_is_met() => AtEachMoment(
        () =>
        {
            var stage = Stage("/logs/app.log");
            stage.Disk.HasBirthTimes = false;
            WriteAnew(stage, Lines.Of("a", 1, 200), pause: 0.15);
            return stage;
        },
        stage => stage.Run(4),
        stage => stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1"),
        stage =>
        {
            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 260));
        });

    [Fact]
    public void A_copy_that_brought_its_time_does_not_continue_what_was_in_its_file_before_wherever_the_truncation_is_met() => AtEachMoment(
        () =>
        {
            var stage = new Stage(new StageOptions { RotateWait = TimeSpan.FromSeconds(20) });
            WriteAnew(stage, Lines.Of("a", 1, 200) + "half", pause: 1.5); // the half line is searched for
            stage.Run(3);
            return stage;
        },
        stage => stage.Run(2.6),
        stage =>
        {
            var written = stage.Disk["/logs/app.log"].Modified;
            stage.Disk.Copy("/logs/app.log", "/logs/elsewhere-1").Modified = written; // cp -p
            stage.Disk.Truncate("/logs/app.log");
        },
        stage =>
        {
            stage.Run(90);
            ShippedOnce(stage, Lines.Of("a", 1, 260));
        });

    [Fact]
    public void A_start_that_is_stopped_before_it_could_read_what_a_file_holds_forgets_nothing_of_it()
    {
        for (var readable = 0; readable < 40; readable++)
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 100));
            stage.Run(6);
            stage.Disk.Truncate("/logs/app.log");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 80));
            stage.Run(0.15);
            stage.Stop();
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 81, 140));
            var left = readable;
            stage.Disk.Fault = (_, _) => left-- > 0 ? null : "Input/output error";
            stage.Start();
            stage.Run(0.05);
            stage.Stop();
            stage.Disk.Fault = null;
            stage.Run(0.5);
            stage.Disk.CopyTruncate("/logs/app.log", "/logs/elsewhere-1");
            stage.Run(0.5);
            stage.Start();
            stage.Run(30);
            var delivered = stage.Delivered.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct();
            Assert.Equal(Lines.Sorted(Lines.Of("a", 1, 140)), Lines.Sorted(string.Concat(delivered.Select(line => line + "\n"))));
        }
    }

    [Fact]
    public void A_file_that_is_written_anew_at_any_moment_in_which_it_is_taken_for_a_replacement_loses_nothing() => AtEachMoment(
        () =>
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 40));
            stage.Run(6);
            stage.Disk.Append("/logs/.tmp", Lines.Of("a", 1, 39));
            stage.Run(0.02);
            stage.Disk.Rename("/logs/.tmp", "/logs/app.log");
            return stage;
        },
        stage => stage.Run(1.1),
        stage =>
        {
            stage.Disk.Truncate("/logs/app.log");
            stage.Disk.Append("/logs/app.log", Lines.Of("b", 1, 200));
        },
        stage =>
        {
            stage.Run(30);
            ShippedOnce(stage, Lines.Of("a", 1, 40) + Lines.Of("b", 1, 200));
        });

    [Fact]
    public void A_file_that_is_written_anew_at_any_moment_in_which_it_is_asked_what_was_shipped_of_it_loses_nothing() => AtEachMoment(
        () =>
        {
            var stage = Started("/logs/app.log", Lines.Of("a", 1, 100));
            stage.Run(6);
            stage.Disk.Truncate("/logs/app.log");
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 60));
            stage.Run(1.2);
            stage.Disk.Append("/logs/app.log", Lines.Of("a", 61, 100));
            return stage;
        },
        stage => stage.Run(1),
        stage =>
        {
            stage.Disk.Truncate("/logs/app.log");
            stage.Disk.Append("/logs/app.log", $"short\n{new string('l', 6000)}\n" + Lines.Of("b", 1, 100));
        },
        stage =>
        {
            stage.Run(30);
            var all = Lines.Of("a", 1, 100) + $"short\n{new string('l', 6000)}\n" + Lines.Of("b", 1, 100);
            Assert.Equal(Lines.Sorted(all), Lines.Sorted(stage.Delivered.ToString())); // what was only there for a moment counts as lost
        });

    /// <summary>A copy that was begun is completed at each moment, and its original truncated.</summary>
    private static void IsNoNewStream(Action<Stage> beginCopy) => AtEachMoment(
        () =>
        {
            var stage = Started("/logs/app.log*", Lines.Of("a", 1, 90));
            stage.Run(6);
            beginCopy(stage);
            return stage;
        },
        stage => stage.Run(1.1),
        stage =>
        {
            stage.Disk.ContinueCopy("/logs/app.log", "/logs/app.log.1", long.MaxValue);
            stage.Disk.Truncate("/logs/app.log");
        },
        stage =>
        {
            stage.Run(20);
            ShippedOnce(stage, Lines.Of("a", 1, 90));
        });

    /// <summary>A file is shipped, truncated, and written with the same lines and more, with a pause within them.</summary>
    private static void WriteAnew(Stage stage, string first, double pause)
    {
        stage.Disk.Append("/logs/app.log", first);
        stage.Start();
        stage.Run(6);
        stage.Disk.Truncate("/logs/app.log");
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 1, 100));
        stage.Run(pause);
        stage.Disk.Append("/logs/app.log", Lines.Of("a", 101, 260));
    }

    private static void AtEachMoment(Func<Stage> begin, Action<Stage> go, Action<Stage> rotate, Action<Stage> check)
    {
        var moment = 0;
        for (var calls = 1; calls > moment; moment++)
        {
            var stage = begin();
            calls = 0;
            stage.Disk.BeforeCall = () =>
            {
                if (calls++ == moment)
                {
                    rotate(stage);
                }
            };
            go(stage);
            stage.Disk.BeforeCall = null;
            if (calls <= moment)
            {
                break;
            }

            check(stage);
        }

        Assert.True(moment > 10, $"only {moment} moments");
    }
}
