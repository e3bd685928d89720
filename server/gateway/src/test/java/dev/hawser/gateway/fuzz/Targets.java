package dev.hawser.gateway.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hawser.core.dialect.Dialect;
import dev.hawser.core.fuzz.ConnectionTarget;
import dev.hawser.core.fuzz.CursorTarget;
import dev.hawser.core.fuzz.DecodeTarget;
import dev.hawser.core.fuzz.FuzzTarget;
import dev.hawser.core.fuzz.SpliceTarget;
import dev.hawser.gateway.Dialects;
import dev.hawser.gateway.agent.agui.AgUiTarget;
import dev.hawser.gateway.agent.http.AnswerTarget;
import dev.hawser.gateway.agent.openai.SpokenTarget;
import dev.hawser.gateway.config.Config;
import dev.hawser.gateway.config.ConfigTarget;
import dev.hawser.gateway.http.EventsBodyTarget;
import dev.hawser.gateway.http.RequestTargetTarget;
import dev.hawser.gateway.identity.CredentialsTarget;
import dev.hawser.gateway.identity.TokenTarget;
import dev.hawser.gateway.protocol.Transcript;
import dev.hawser.gateway.ws.DeflateTarget;
import dev.hawser.gateway.ws.WireTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Everything that is fuzzed. A dialect that the gateway serves is, without a word here. */
final class Targets {
    private static final Path PROTOCOL = Path.of("../../protocol");

    private Targets() {}

    /** @param folder for what they keep */
    static List<FuzzTarget> all(Path folder) throws Exception {
        List<FuzzTarget> all = new ArrayList<>();
        List<Dialect> dialects = Dialects.of(Config.demo(folder, Map.of()).dialects());
        for (Dialect dialect : dialects) {
            List<byte[]> frames = frames(PROTOCOL.resolve(dialect.name()).resolve("transcripts"));
            all.add(new DecodeTarget(dialect, frames));
            all.add(new ConnectionTarget(dialect, frames));
        }
        all.add(new WireTarget());
        all.add(new DeflateTarget());
        all.add(new TokenTarget(folder));
        all.add(new CredentialsTarget());
        all.add(new RequestTargetTarget(dialects));
        all.add(new CursorTarget());
        all.add(new SpliceTarget(dialects));
        all.add(new EventsBodyTarget());
        for (AnswerTarget.Form form : AnswerTarget.Form.values()) {
            all.add(new AnswerTarget(form));
        }
        all.add(new SpokenTarget());
        all.add(new AgUiTarget());
        all.add(new ConfigTarget(folder));
        return all;
    }

    /** What the clients of the transcripts say; where a dialect has none, an empty object. */
    private static List<byte[]> frames(Path transcripts) throws IOException {
        List<byte[]> frames = new ArrayList<>(FuzzTarget.texts("{}"));
        if (Files.isDirectory(transcripts)) {
            for (Transcript transcript : Transcript.all(transcripts)) {
                for (JsonNode step : transcript.steps()) {
                    JsonNode said = step.path("send");
                    if (said.isObject()) {
                        frames.add(said.toString().getBytes(StandardCharsets.UTF_8));
                    } else if (step.path("sendText").isTextual()) {
                        frames.add(step.path("sendText").textValue().getBytes(StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return frames;
    }
}
