package dev.hawser.gateway.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.model.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a text asks of the demo agent. Parsing never fails: a command with bad arguments becomes {@link Say} with its usage. */
sealed interface Command {
    /** Most deltas of one {@code /count}. */
    int MAX_COUNT = 100_000;
    /** Longest pause between two deltas, in milliseconds. */
    int MAX_PAUSE = 60_000;
    /** Longest {@code /sleep}, in milliseconds: a day. */
    int MAX_SLEEP = 86_400_000;

    record Count(int n, Duration pause) implements Command {}

    record Think(String text) implements Command {}

    record Pay(BigDecimal amount, String currency) implements Command {}

    record Tool(String name, JsonNode arguments) implements Command {}

    record Ui() implements Command {}

    record Subagent(String task) implements Command {}

    record Fail(String message) implements Command {}

    record Sleep(int millis) implements Command {}

    record Say(String text) implements Command {}

    static Command parse(String text) {
        String[] words = text.strip().split("\\s+", 2);
        String rest = words.length < 2 ? "" : words[1];
        return switch (words[0]) {
            case "/count" -> count(rest);
            case "/think" -> rest.isEmpty() ? usage("/think TEXT") : new Think(rest);
            case "/pay" -> pay(rest);
            case "/tool" -> tool(rest);
            case "/ui" -> new Ui();
            case "/subagent" -> rest.isEmpty() ? usage("/subagent TASK") : new Subagent(rest);
            case "/fail" -> new Fail(rest.isEmpty() ? "The demo agent was asked to fail" : rest);
            case "/sleep" -> sleep(rest);
            default -> new Say("You said: " + text);
        };
    }

    private static Command count(String rest) {
        Matcher m = Pattern.compile("(\\d{1,9})(?:\\s+(\\d{1,9}))?").matcher(rest);
        if (m.matches()) {
            int n = Integer.parseInt(m.group(1));
            int pause = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
            if (n <= MAX_COUNT && pause <= MAX_PAUSE) {
                return new Count(n, Duration.ofMillis(pause));
            }
        }
        return usage("/count N [MS], with N up to %d and MS up to %d".formatted(MAX_COUNT, MAX_PAUSE));
    }

    private static Command pay(String rest) {
        Matcher m = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)(?:\\s+([A-Za-z]{3}))?").matcher(rest);
        if (m.matches()) {
            BigDecimal amount = new BigDecimal(m.group(1));
            if (amount.signum() > 0) {
                return new Pay(amount, m.group(2) == null ? "EUR" : m.group(2));
            }
        }
        return usage("/pay AMOUNT [CURRENCY], for example /pay 12.50 EUR");
    }

    private static Command tool(String rest) {
        String[] words = rest.split("\\s+", 2);
        if (!words[0].isEmpty()) {
            try {
                JsonNode arguments = words.length < 2 ? Json.object() : Json.parse(words[1].getBytes(StandardCharsets.UTF_8));
                if (arguments.isObject()) {
                    return new Tool(words[0], arguments);
                }
            } catch (IOException e) {
                return usage("/tool NAME JSON, where JSON is an object such as {\"name\": 1}");
            }
        }
        return usage("/tool NAME JSON, where JSON is an object such as {\"name\": 1}");
    }

    private static Command sleep(String rest) {
        if (rest.matches("\\d{1,8}") && Integer.parseInt(rest) <= MAX_SLEEP) {
            return new Sleep(Integer.parseInt(rest));
        }
        return usage("/sleep MS, with MS up to " + MAX_SLEEP);
    }

    private static Say usage(String form) {
        return new Say("Usage: " + form + ".");
    }
}
