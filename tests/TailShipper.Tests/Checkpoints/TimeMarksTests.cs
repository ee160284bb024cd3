using FsCheck;
using FsCheck.Fluent;
using Shipper.TailShipper.Checkpoints;
using Xunit;

namespace Shipper.TailShipper.Tests.Checkpoints;

public sealed class TimeMarksTests
{
    [Fact]
    public void Marks_are_at_least_a_minute_apart_at_most_64_and_keep_the_first() =>
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<PositiveInt[]>(), steps =>
        {
            IReadOnlyList<TimeMark> marks = [];
            var (at, offset, first) = (Some.Time, 0L, default(TimeMark?));
            foreach (var step in steps.Concat(steps).Concat(steps).Concat(steps))
            {
                at += TimeSpan.FromSeconds(step.Get * 7);
                offset += step.Get;
                marks = TimeMarks.Add(marks, at, offset);
                first ??= marks[0];
            }

            Assert.True(marks.Count <= TimeMarks.Capacity);
            Assert.Equal(first, marks.Count == 0 ? null : marks[0]);
            Assert.All(marks.Zip(marks.Skip(1)), pair => Assert.True(
                pair.Second.At - pair.First.At >= TimeMarks.Spacing && pair.Second.Offset > pair.First.Offset));
        }));

    [Fact]
    public void The_recent_past_stays_dense_and_the_distant_past_thins_out()
    {
        IReadOnlyList<TimeMark> marks = [];
        for (var minute = 0; minute < 7 * 24 * 60; minute++)
        {
            marks = TimeMarks.Add(marks, Some.Time.AddMinutes(minute), minute);
        }

        Assert.InRange(marks.Count, TimeMarks.Capacity * 3 / 4, TimeMarks.Capacity);
        Assert.Equal(0, marks[0].Offset);
        Assert.All(marks.TakeLast(30).Zip(marks.TakeLast(29)), pair => Assert.Equal(1, pair.Second.Offset - pair.First.Offset));
    }

    [Fact]
    public void An_offset_is_looked_up_as_of_the_last_mark_not_later()
    {
        TimeMark[] marks = [new(Some.Time, 10), new(Some.Time.AddMinutes(2), 20)];

        Assert.Null(TimeMarks.OffsetAt(marks, Some.Time.AddTicks(-1)));
        Assert.Equal(10, TimeMarks.OffsetAt(marks, Some.Time));
        Assert.Equal(10, TimeMarks.OffsetAt(marks, Some.Time.AddMinutes(1)));
        Assert.Equal(20, TimeMarks.OffsetAt(marks, Some.Time.AddDays(1)));
        Assert.Null(TimeMarks.OffsetAt([], Some.Time));
    }

    [Fact]
    public void An_offset_that_did_not_move_and_a_clock_that_went_back_leave_no_mark()
    {
        TimeMark[] marks = [new(Some.Time, 10)];

        Assert.Same(marks, TimeMarks.Add(marks, Some.Time.AddHours(1), 10));
        Assert.Same(marks, TimeMarks.Add(marks, Some.Time.AddHours(-1), 20));
    }
}
