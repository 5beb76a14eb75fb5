using Unrolled.Problems;
using Unrolled.RecurrentConvolution.Turing;

namespace Unrolled.Tests.Problems;

/// <summary>A message is one line whatever it quotes; long damage of files had found some that were not.</summary>
public class InvalidInputExceptionTests
{
    [Theory]
    [InlineData("found 'a\nb'")]
    [InlineData("found 'a\r\u0085\u2028\u2029b'")]
    [InlineData("found '\u001b[2J'")]
    public void WhatBreaksALineIsReplaced(string fault)
    {
        foreach (string message in (string[])[new InvalidInputException("a\tb.m", 3, 7, fault).Message, new InvalidInputException("a\tb.m", fault).Message])
        {
            Assert.DoesNotContain(message, c => char.IsControl(c) || c is '\u2028' or '\u2029');
            Assert.Contains('\uFFFD', message);
        }
    }

    [Fact]
    public void WhatDoesNotIsKept() => Assert.Equal("größe.m:3:7: found 'ü'", new InvalidInputException("größe.m", 3, 7, "found 'ü'").Message);

    [Fact]
    public void ANameThatBreaksTheLineIsRefused() =>
        Assert.Throws<InvalidInputException>(() => TuringMachine.Parse("machine a\u2028b\nsymbols _ 0 1\nstart go\nstate go\n  on 0 write 0 move right then go\n"));
}
