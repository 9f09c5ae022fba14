import { useQuery } from "@tanstack/react-query";
import { done, read } from "../../api/client";
import { useApp } from "../../app/context";
import { useCan } from "../../app/me";
import { AlertingPlaces } from "../../app/places";
import { useChange } from "../../ui/change";
import { KeptRow, KeptScreen } from "../../ui/kept";
import { useChannels } from "../notifications/channels";
import { LevelForm } from "./form";
import { forWhatInWords, hoursInWords, type Level, LEVELS, promiseInWords } from "./level";

/** How soon somebody must be on a problem, and how soon it must be over. */
export function ServiceLevels() {
  const { api } = useApp();
  const levels = useQuery({
    queryKey: LEVELS,
    queryFn: () => read(api.GET("/api/v1/service-levels")).then((answer) => answer.data),
  });
  return (
    <KeptScreen
      places={<AlertingPlaces />}
      title="Service levels"
      note="How soon somebody must be on a problem, and how soon it must be over. The first one that fits counts."
      what="service levels"
      query={levels}
      word="Add a service level"
      mayWrite={useCan("alert:write")}
      empty={[
        "Nothing is promised yet",
        "Say within how much time a problem is taken on and over, in business hours or around the clock. Each problem then shows its clock, and channels are told before the time is gone.",
      ]}
      row={(level, edit) => <Row key={level.id} level={level} edit={edit} />}
      form={(level, close) => <LevelForm level={level} close={close} />}
    />
  );
}

function Row({ level, edit }: { level: Level; edit: (() => void) | null }) {
  const { api } = useApp();
  const params = { path: { level_id: level.id } };
  const channels = useChannels();
  const turn = useChange(
    (enabled: boolean) => {
      const { id, ...body } = level;
      void id;
      return done(api.PUT("/api/v1/service-levels/{level_id}", { params, body: { ...body, enabled } }));
    },
    [LEVELS],
  );
  const remove = useChange(() => done(api.DELETE("/api/v1/service-levels/{level_id}", { params })), [LEVELS]);
  const { enabled = true, channel_ids = [] } = level;
  const told = channel_ids.map((id) => channels.data?.find((each) => each.id === id)?.name ?? "a channel");
  return (
    <KeptRow name={level.name} isOn={enabled} turn={turn} remove={remove} ask="Nobody is warned by it any more." edit={edit}>
      <p className="break-words">{promiseInWords(level)}</p>
      <p className="break-words text-muted">
        {forWhatInWords(level)}, priority {level.priority}
      </p>
      <p className="break-words text-muted">
        {hoursInWords(level.hours)}
        {told.length > 0 && `. At 50, 75 and 100 % tells ${told.join(", ")}`}
      </p>
    </KeptRow>
  );
}
