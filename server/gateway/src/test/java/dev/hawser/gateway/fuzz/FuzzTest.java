package dev.hawser.gateway.fuzz;

import dev.hawser.core.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every target for a moment: its seeds, what was found once (in {@code src/test/resources/fuzz}), and some thousand inputs
 * made of these, the same each time. The search that is guided by coverage is {@code hawser fuzz}.
 */
class FuzzTest {
    private static final int INPUTS = 3_000;
    private static final Path FOUND = Path.of("src/test/resources/fuzz");
    private static final String[] WORDS = {
        "\\ud800", "\\u0000", "1e400", "-0", "99999999999999999999", "\"", "{", "}", "[", "null", "\r\n", "\n\n", "data:",
        "%00", "%", ".", "\u00ff", "type", "payload", "sessionId", "conversationId"};

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> everyTargetHolds() throws Exception {
        Errors errors = Errors.listen();
        return Targets.all(folder).stream().map(target -> DynamicTest.dynamicTest(target.name(), () -> {
            List<byte[]> base = new ArrayList<>(target.seeds());
            base.addAll(found(target.name()));
            for (byte[] input : base) {
                take(target, input, errors);
            }
            Random random = new Random(4711);
            for (int i = 0; i < INPUTS; i++) {
                take(target, mutated(base, random), errors);
            }
        })).onClose(errors::close);
    }

    private static List<byte[]> found(String name) throws IOException {
        List<byte[]> found = new ArrayList<>();
        if (Files.isDirectory(FOUND.resolve(name))) {
            try (var files = Files.list(FOUND.resolve(name))) {
                for (Path file : files.sorted().toList()) {
                    found.add(Files.readAllBytes(file));
                }
            }
        }
        return found;
    }

    private static void take(FuzzTarget target, byte[] input, Errors errors) {
        try {
            target.take(input);
            errors.check();
        } catch (Exception | Error e) {
            throw new AssertionError(target.name() + " does not hold for " + HexFormat.of().formatHex(input), e);
        }
    }

    private static byte[] mutated(List<byte[]> base, Random random) {
        byte[] input = base.get(random.nextInt(base.size())).clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(input.length + 1);
            input = switch (random.nextInt(5)) {
                case 0 -> replaced(input, at, at, WORDS[random.nextInt(WORDS.length)].getBytes(
                        StandardCharsets.ISO_8859_1));
                case 1 -> replaced(input, at, Math.min(input.length, at + random.nextInt(8)), new byte[0]);
                case 2 -> replaced(input, at, Math.min(input.length, at + 1), new byte[] {(byte) random.nextInt(256)});
                case 3 -> {
                    byte[] other = base.get(random.nextInt(base.size()));
                    int from = random.nextInt(other.length + 1);
                    yield replaced(input, at, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + 40)));
                }
                default -> Arrays.copyOf(input, at);
            };
        }
        return input;
    }

    private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(input, 0, from);
        out.writeBytes(by);
        out.write(input, to, input.length - to);
        return out.toByteArray();
    }
}
