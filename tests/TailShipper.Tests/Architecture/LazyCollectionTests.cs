using System.Reflection;
using Shipper.Foundation.Collections;
using Shipper.TailShipper.Streams;
using Xunit;

namespace Shipper.TailShipper.Tests.Architecture;

/// <summary>Lazy collections are structs: what is added to a copy of one is lost, and the compiler says nothing.</summary>
public sealed class LazyCollectionTests
{
    private const BindingFlags All =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Lazies = [typeof(LazySet<>), typeof(LazyMap<,>), typeof(LazyList<>)];
    private static readonly List<Type> Types = [.. typeof(StreamId).Assembly.GetTypes()];

    [Fact]
    public void Nobody_is_given_the_value_of_a_lazy_collection()
    {
        var methods = Types.SelectMany(type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))).ToList();

        Assert.DoesNotContain(methods, method => method.GetParameters().Any(parameter => IsLazy(parameter.ParameterType)));
        Assert.DoesNotContain(methods.OfType<MethodInfo>(), method => IsLazy(method.ReturnType));
    }

    [Fact]
    public void No_field_with_a_lazy_collection_is_readonly_or_public()
    {
        var fields = Types.SelectMany(type => type.GetFields(All)).Where(field => IsLazy(field.FieldType)).ToList();

        Assert.NotEmpty(fields);
        Assert.DoesNotContain(fields, field => field.IsInitOnly || !field.IsPrivate);
    }

    private static bool IsLazy(Type type) => type.IsGenericType && Lazies.Contains(type.GetGenericTypeDefinition());
}
